/*
 * The terms of one lease: every blank of the printed agreement, clause by clause, in the units that the rest of the
 * program counts in. A member's comment names its clause and its key in the agreement file.
 *
 * Texts point into the arena that the terms were read with. Optional terms that are not set have the value that
 * means "as the agreement's meanings say by default"; it stands in the comment.
 */
#ifndef TERMS_TERMS_H
#define TERMS_TERMS_H

#include "base/arena.h"
#include "base/civil.h"
#include "base/decimal.h"
#include "base/digest.h"
#include "base/money.h"
#include "base/problem.h"
#include "base/str.h"
#include "terms/document.h"

struct party {
	struct str name, representative, address;
	struct str uscc;                         /* unified social credit code, checked */
};

struct gpu_share {                               /* compute.shares: a MIG profile's part of one GPU */
	struct str profile;                      /* 1g.10gb */
	int64_t thousandths;                     /* 1 to 1000 */
};

struct dataset {                                 /* 1.1(3) */
	struct str name, format, purpose;
	int64_t records;
};

struct software_version {                        /* 1.1(4) */
	struct str name, version;
};

struct gpu_price {                               /* 3.1(1) */
	struct str gpu_model;                    /* empty: every model */
	struct decimal yuan_per_gpu_hour;        /* at most 6 places */
	day_number from;                         /* the term's first day unless the entry says otherwise */
	size_t line;                             /* in the agreement file */
};

struct storage_price {                           /* 3.1(2) */
	struct decimal yuan_per_unit_month;      /* at most 6 places */
	day_number from;
	size_t line;
};

struct tax_rate {                                /* optional: tax */
	struct str clause;                       /* "3.1(1)" ... */
	struct decimal percent;                  /* 6 means 6 % */
	day_number from;
};

enum total_meaning { TOTAL_ESTIMATE, TOTAL_CAP, TOTAL_FIXED };
enum due_month { DUE_FOLLOWING, DUE_SAME };
enum rest_day_rule { REST_DAY_NEXT, REST_DAY_SAME };
enum one_time_due { ONE_TIME_TERM_BEGIN, ONE_TIME_SIGNING, ONE_TIME_ACCEPTANCE, ONE_TIME_DATE };
enum suspended_rule { SUSPENDED_FREE, SUSPENDED_BILLED };
enum fault_scope { FAULT_NODE, FAULT_JOB };
enum payment_part { PAYS_COSTS, PAYS_PENALTY, PAYS_PRINCIPAL, PAYMENT_PARTS };

struct terms {
	const struct node *source; /* what they were read from: tells what was given, not meant by default */
	struct str agreement;                    /* the number; also the lease's id */
	day_number signed_day;
	bool signed_given;
	struct str time_zone;                    /* IANA name */
	struct str currency;                     /* CNY */
	struct { struct str algorithm, lessor, lessee; } keys;
	enum digest_algorithm digest;            /* sm2 keys make SM3 chains */

	struct party lessor, lessee;

	struct {                                 /* 1.1(1) */
		int64_t servers, gpus_per_server;
		struct str gpu_model;
		struct str performance;          /* as written: 300 PFLOPS */
		wide performance_flops;          /* of all servers, dense, at least */
		struct str precision;
		int64_t bandwidth_bits_per_second;
		struct gpu_share *shares;
		size_t share_count;
		enum suspended_rule suspended;   /* default free */
		enum fault_scope fault_scope;    /* default node */
	} compute;
	struct {                                 /* 1.1(2) */
		wide capacity_bytes;
		int64_t iops_least;
		int64_t latency_ns_below;
		wide unit_bytes;                 /* of the fee: 10^9 or 2^30 */
		struct str unit;                 /* GB or GiB */
		int64_t max_gap_seconds;         /* default 48 h */
	} storage;
	struct dataset *datasets;                /* 1.1(3) */
	size_t dataset_count;
	struct {                                 /* 1.1(4) */
		struct software_version framework;
		struct software_version *libraries;
		size_t library_count;
	} software;

	struct {                                 /* 2.1, 2.2 */
		day_number from, to;             /* both days included */
		int64_t months;
		int64_t renewal_notice_months;
	} term;

	struct {                                 /* 3.1, 3.2 */
		struct gpu_price *compute;       /* in the order of the file */
		size_t compute_count;
		struct storage_price *storage;   /* in the order of the file; one in most agreements */
		size_t storage_count;
		struct money dataset, software;
		bool dataset_given, software_given, compute_given, storage_given;
		enum one_time_due one_time_due;  /* fees.due; default the term's begin */
		day_number one_time_day;         /* of ONE_TIME_DATE */
		struct money total;              /* 3.2 */
		enum total_meaning total_meaning;
		size_t dataset_line, software_line, total_line;
	} fees;
	struct {                                 /* 3.3, 3.4 */
		int64_t due_day;                 /* 1 to 31 */
		enum due_month due_month;
		int64_t days_to_pay;             /* default 5 */
		enum rest_day_rule rest_day;
		enum payment_part order[PAYMENT_PARTS];
		struct { struct str bank, name, number; } account;
		struct decimal late_percent_per_day;
		int64_t grace_days;              /* default 3 */
		struct money advance;            /* optional, with due_month same */
		bool advance_given;
		struct decimal penalty_cap_percent;   /* optional, of the statement's fees; 0: none */
	} payment;
	struct tax_rate *tax;                    /* optional */
	size_t tax_count;
	bool tax_exclusive;                      /* tax_prices: exclusive; default inclusive */

	struct {                                 /* 4.1, 4.2 */
		struct str *purposes;
		size_t purpose_count;
		struct str *forbidden;
		size_t forbidden_count;
	} use;
	struct {                                 /* 6.1 - 6.3 */
		struct str hours;                /* 24x7 */
		int64_t repair_within_seconds;
		struct str upgrades;             /* monthly, quarterly, half-yearly, yearly */
		int64_t upgrade_notice_days;
		bool planned_maintenance_excluded;   /* optional */
	} support;
	struct {                                 /* 7.2, 7.3 */
		int64_t cure_days, force_majeure_days, stop_use_within_days;
	} termination;
	struct {                                 /* 8.1 */
		struct decimal late_percent_per_day;
		int64_t overdue_beyond_days;
		bool suspend;                    /* default no */
		bool right_survives_payment;     /* default no */
	} breach;

	struct {                                 /* what paper leaves open */
		struct str account;              /* the lease's account on the cluster */
		struct str *more_accounts;       /* cluster.accounts: where the lease has several */
		size_t more_account_count;
		int64_t runaway_after_seconds;   /* default 7 days */
	} cluster;
};

/* The last day of a term of MONTHS months from FROM on: the day before the day of the same number MONTHS on, or that
 * month's last day where it lacks the day (agreement.md, Term). */
day_number term_last_day(day_number from, int months);

/* Reads the tree into *TERMS and checks everything that terms alone can tell wrong: every problem at once, each with
 * place and clause. FILE is what the problems name; with those that the file's reader reported just before they are put
 * in the order of its lines. True when there was no problem of class INPUT or AGREEMENT, and the tree is not broken. On
 * false *TERMS is untouched. */
bool terms_read(struct arena *arena, const struct node *root, struct str file, struct terms *terms,
		struct problems *problems) MUST_USE;

/* The terms clause by clause as the program understood them, defaults included, one line a term. */
void terms_explain(const struct terms *terms, enum language language, struct buf *out);
/* The same as JSON: [{clause, key, label, value}]. */
void terms_explain_json(const struct terms *terms, enum language language, struct buf *out);

/* The JSON Schema (2020-12) of the agreement file, from the same table that the reader uses. */
void terms_schema(struct buf *out);

/* Whether a GPU model as a cluster writes it ("h200") is the one an agreement names ("NVIDIA H200"): equal without
 * case, punctuation and a leading "nvidia". An empty agreement model matches every model. */
bool gpu_model_matches(struct str agreed, struct str reported);

/* The words of a clause in the given language, for explain, statement and why: "3.1(1)" -> "compute fee". */
const char *clause_title(struct str clause, enum language language);

#endif
