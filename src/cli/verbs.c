#include "cli/verbs.h"

#include "cli/command.h"

const struct option global_options[] = {
	{ "journal", "FILE", { "the journal; by default $TRAINLEASE_JOURNAL, else trainlease.db here",
			       "账本文件；默认 $TRAINLEASE_JOURNAL，否则为当前目录的 trainlease.db" } },
	{ "now", "TIME", { "do it as at this instant instead of the clock's", "以该时刻代替系统时钟" } },
	{ "lang", "zh|en|both", { "language; by default that of the environment", "语言；默认取自环境" } },
	{ "json", NULL, { "print JSON", "输出 JSON" } },
	{ "by", "NAME", { "who acts; by default the user's name", "操作人；默认为当前用户名" } },
	{ "help", NULL, { "help for the verb", "该命令的帮助" } },
	{ "version", NULL, { "version of the program", "程序版本" } },
	{ 0 },
};

const size_t global_option_count = sizeof(global_options) / sizeof(global_options[0]) - 1;

static const struct option check_options[] = {
	{ "explain", NULL, { "print the terms clause by clause, as the program understood them", "逐条打印程序所理解的条款" } },
	{ 0 },
};

static const struct option import_options[] = {
	{ "format", "FORMAT", { "csv, sacct, sacct-json, storage-csv or storage-json; by default told by the content",
				"csv、sacct、sacct-json、storage-csv 或 storage-json；默认按内容判断" } },
	{ "columns", "OURS=THEIRS,...", { "which column holds what, where the names differ", "列名不同时的对应关系" } },
	{ "fields", "'A|B|...'", { "the column names of a file without a header", "无表头文件的列名" } },
	{ "zone", "ZONE", { "time zone of times that carry none, e.g. Asia/Shanghai", "未带时区的时间所属时区，如 Asia/Shanghai" } },
	{ "lease", "ID", { "everything in the file belongs to this lease", "文件内容全部属于该租约" } },
	{ "source", "NAME", { "name of the source: rows without a key are known by it and their line; keys are its own",
			      "来源名称：无键的行以其与行号识别；键在该来源内有效" } },
	{ "listed", "TIME", { "when the source listed its running jobs; by default now", "来源列出运行中作业的时刻；默认为现在" } },
	{ "strict", NULL, { "refuse the whole file at the first bad row", "遇第一个坏行即拒绝整个文件" } },
	{ "replace-source", NULL, { "with --because: lines of a source without keys were corrected", "配合 --because：无键来源的行已更正" } },
	{ "because", "TEXT", { "why", "理由" } },
	{ "threads", "1|2", { "threads to use; by default 2 where there are two cores", "线程数；有两个核时默认为 2" } },
	{ 0 },
};

static const struct option parked_options[] = {
	{ "account", "A", { "list the rows parked for this account", "列出该账户的搁置行" } },
	{ "reason", "REASON", { "only this reason (no-lease, outside-term ...)", "仅此原因（no-lease、outside-term 等）" } },
	{ "limit", "N", { "at most so many rows; by default 100", "最多行数；默认 100" } },
	{ 0 },
};

static const struct option park_options[] = {
	{ "account", "A", { "everything parked for this account", "该账户的全部搁置行" } },
	{ "lease", "ID", { "release to this lease", "放行到该租约" } },
	{ "end", "TIME", { "the end of a row that has none, or of a runaway", "无结束时间或失控作业的结束时间" } },
	{ "because", "TEXT", { "why; kept with the decision", "理由；随决定保存" } },
	{ 0 },
};

static const struct option statement_options[] = {
	{ "as-known-on", "TIME", { "as the journal knew it then", "按账本在该时刻所知" } },
	{ 0 },
};

static const struct option why_options[] = {
	{ "on", "DAY", { "for 3.4: to the end of this day; by default today", "用于第3.4条：计至该日终了；默认为今日" } },
	{ "as-known-on", "TIME", { "as the journal knew it then", "按账本在该时刻所知" } },
	{ "csv", NULL, { "print every allocation as CSV", "以 CSV 打印全部分配" } },
	{ "limit", "N", { "at most so many allocations on a terminal; by default 20", "终端上最多显示的分配数；默认 20" } },
	{ 0 },
};

static const struct option facts_options[] = {
	{ "from", "SEQ", { "from this fact on", "从该事实起" } },
	{ "verify", NULL, { "recompute every hash and payload digest of the chain, check every signature", "重新计算链上每个哈希与载荷摘要，核验每个签名" } },
	{ 0 },
};

#define SIGNING_OPTIONS \
	{ "key", "NAME", { "sign with the lessor's key of this name", "以该名称的出租方密钥签名" } }, \
	{ "unsigned", NULL, { "do not sign, although the agreement prints the lessor's key", "协议虽印有出租方密钥，仍不签名" } }, \
	KEY_OPTIONS

#define KEY_OPTIONS \
	{ "keys", "FOLDER", { "where keys are; by default $TRAINLEASE_KEYS, else ~/.config/trainlease/keys", \
			      "密钥目录；默认 $TRAINLEASE_KEYS，否则为 ~/.config/trainlease/keys" } }, \
	{ "password-file", "FILE", { "file with the key's passphrase; else it is asked for", "含密钥口令的文件；未给出时在终端询问" } }

static const struct option key_options[] = {
	{ "algorithm", "ed25519|sm2", { "of a new key; by default ed25519", "新密钥的算法；默认 ed25519" } },
	{ "output", "NAME", { "of `message`: NAME.message, NAME.signature and NAME.pem are written",
			      "用于 `message`：写出 NAME.message、NAME.signature 与 NAME.pem" } },
	KEY_OPTIONS,
	{ 0 },
};

static const struct option advance_options[] = {
	SIGNING_OPTIONS,
	{ 0 },
};

static const struct option issue_options[] = {
	SIGNING_OPTIONS,
	{ "not-served", NULL, { "issue only; `trainlease serve` says later when it was served", "仅出单；日后以 `trainlease serve` 登记送达" } },
	{ 0 },
};

static const struct option serve_options[] = {
	{ "on", "DAY", { "the day of service", "送达日" } },
	{ 0 },
};

static const struct option because_options[] = {
	{ "because", "TEXT", { "why; kept with the decision", "理由；随决定保存" } },
	{ 0 },
};

static const struct option payment_options[] = {
	{ "amount", "A", { "the amount, e.g. 12,000.00", "金额，如 12,000.00" } },
	{ "on", "DAY", { "the day on which the bank credited it", "银行入账日" } },
	{ "statement", "N,...", { "the statements that the payer names", "付款人指明的结算单" } },
	{ "payer", "NAME", { "who paid", "付款人" } },
	{ "proof", "FILE", { "a document; its SHA-256 is kept", "凭证文件；保存其 SHA-256" } },
	{ "because", "TEXT", { "why it is recorded by hand, or reversed", "手工登记或冲销的理由" } },
	{ 0 },
};

static const struct option cost_options[] = {
	{ "amount", "A", { "the amount, e.g. 300.00", "金额，如 300.00" } },
	{ "on", "DAY", { "the day on which it arose", "发生日" } },
	{ "because", "TEXT", { "what for", "用途" } },
	{ 0 },
};

static const struct option notice_options[] = {
	{ "served", "TIME", { "when the notice arrived; by default now", "通知到达的时刻；默认为现在" } },
	{ 0 },
};

static const struct option remind_options[] = {
	{ "dry-run", NULL, { "list what is due, send and record nothing", "仅列出到期提醒，不发送也不登记" } },
	{ "smtp", "URL", { "by mail: smtp://HOST:PORT, with STARTTLS where offered, or smtps://HOST",
			   "以邮件发送：smtp://主机:端口（服务器支持时用 STARTTLS），或 smtps://主机" } },
	{ "from", "A", { "sender: billing@example.com or 'NAME <billing@example.com>'",
			 "发件人：billing@example.com 或 '名称 <billing@example.com>'" } },
	{ "to", "A", { "receiver, written the same way", "收件人，写法同上" } },
	{ "webhook", "URL", { "POST JSON to http(s)://HOST/PATH; @FILE where the URL is a secret",
			      "以 JSON 发送至 http(s)://主机/路径；URL 保密时写 @文件" } },
	{ "user", "U", { "user at the server", "服务器用户名" } },
	{ "password-file", "F", { "file with the password; without --user a webhook's bearer token",
				  "密码文件；无 --user 时为 webhook 的令牌" } },
	{ "ca-file", "F", { "certificates of the authority that the server's is checked by", "用于校验服务器证书的 CA 证书文件" } },
	{ "timeout", "SECONDS", { "for each reminder; by default 60", "每条提醒的时限；默认 60 秒" } },
	{ 0 },
};

static const struct option aging_options[] = {
	{ "on", "DAY", { "as at the end of this day; by default today", "截至该日终了；默认为今日" } },
	{ "lessees", NULL, { "one line a lessee, all its leases together", "每个承租方一行，合并其全部租约" } },
	{ 0 },
};

static const struct option on_options[] = {
	{ "on", "DAY", { "as at the end of this day; by default today", "截至该日终了；默认为今日" } },
	{ 0 },
};

static const struct option books_options[] = {
	{ "format", "hledger|beancount|csv", { "for which program; by default hledger", "供何种程序使用；默认 hledger" } },
	{ "on", "DAY", { "to the end of this day; by default today", "截至该日终了；默认为今日" } },
	{ 0 },
};

static const struct option bank_options[] = {
	{ "bank", "NAME", { "the bank: its columns are kept under this name", "银行名称：列对应关系按此名称保存" } },
	{ "columns", "OURS=THEIRS,...", { "which column of a CSV holds what", "CSV 各列的对应关系" } },
	{ "account", "NUMBER", { "our account, where the file does not tell it", "文件未注明时的本方账号" } },
	{ "currency", "CNY", { "the currency, where the file does not tell it", "文件未注明时的币种" } },
	{ "all", NULL, { "list every line, not only those to be decided", "列出全部流水，不限于待处理的" } },
	{ "lease", "ID", { "match to this lease", "归入该租约" } },
	{ "statement", "N,...", { "the statements that it pays", "所付的结算单" } },
	{ "amount", "A", { "this part of the line; by default what is left of it", "该笔中的部分金额；默认为全部余额" } },
	{ "reverse", "PAYMENT", { "the line returns this payment", "该笔为该付款的退回" } },
	{ "because", "TEXT", { "why; kept with the decision", "理由；随决定保存" } },
	{ 0 },
};

static const struct option document_options[] = {
	{ "output", "FILE", { "the file; .pdf, .xlsx, .csv or .json", "输出文件；.pdf、.xlsx、.csv 或 .json" } },
	{ "on", "DAY", { "as at the end of this day; by default today", "截至该日终了；默认为今日" } },
	{ 0 },
};

static const struct option close_options[] = {
	SIGNING_OPTIONS,
	{ "pdf", "FOLDER", { "also write each statement as PDF into this folder", "同时将各结算单的 PDF 写入该目录" } },
	{ 0 },
};

static const struct option no_options[] = { { 0 } };

const struct verb verbs[] = {
	{ "check", "FILE", 1, 1,
	  { "check an agreement file and say everything that is wrong with it", "检查协议文件并指出全部问题" },
	  { "Reads the agreement file and prints every problem at once, each with line, column, clause and what would be "
	    "right. --explain prints the terms clause by clause. Exit code 0 when the file is right, 2 when it is not.",
	    "读取协议文件，一次列出全部问题，每个问题注明行、列、条款及正确写法。--explain 逐条打印条款。无误时退出码为 0，否则为 2。" },
	  check_options, "trainlease check examples/agreement.yaml\ntrainlease check --explain --lang zh examples/agreement.yaml",
	  check_run },
	{ "sign", "FILE", 1, 1,
	  { "enter a signed agreement as a lease", "将已签署的协议登记为租约" },
	  { "Checks the file and enters the lease; its id is the agreement's number. Makes the journal if there is none. "
	    "Rows parked for its account are placed now. From then on the terms change only by amendment.",
	    "检查文件并登记租约；编号即协议编号。账本不存在时即建立。为其账户搁置的行随即归入。此后条款只能通过补充协议变更。" },
	  no_options, "trainlease sign examples/agreement.yaml", sign_run },
	{ "leases", "", 0, 0,
	  { "list the leases of the journal", "列出账本中的租约" },
	  { "One line a lease: id, lessee, term, account, facts.", "每份租约一行：编号、承租方、租赁期、账户、事实数。" },
	  no_options, "trainlease leases", leases_run },
	{ "facts", "ID", 1, 1,
	  { "list the facts of a lease's chain, or of `house`", "列出租约（或 house）链上的事实" },
	  { "Every fact with its time, kind, who recorded it and the head of the chain after it. --verify recomputes the "
	    "chain from the stored bytes and says where it breaks.",
	    "列出每个事实的时间、种类、记录人及其后的链头。--verify 由存储的字节重新计算整条链，并指出断裂之处。" },
	  facts_options, "trainlease facts TL-2017-0901\ntrainlease facts --verify TL-2017-0901", facts_run },
	{ "import", "FILE|-", 1, 1,
	  { "take usage or storage samples into the journal", "将用量或存储采样导入账本" },
	  { "Reads CSV, `sacct --parsable2 --duplicates --allocations`, `sacct --json` and storage samples, gzip and zstd too. "
	    "Each row is entered once, whatever is imported when and how often; what cannot be placed is parked. An import "
	    "commits in batches; interrupted, the same command finishes it.",
	    "读取 CSV、`sacct --parsable2 --duplicates --allocations`、`sacct --json` 及存储采样，也可为 gzip 或 zstd 压缩。"
	    "无论何时、重复多少次导入，每行只登记一次；无法归属的予以搁置。导入按批提交；中断后重复同一命令即可完成。" },
	  import_options,
	  "trainlease import examples/philly/philly.csv.zst --source philly --zone America/Los_Angeles "
	  "--columns start=timestamp,gpus=num_gpus,duration=duration,account=cluster",
	  import_command_run },
	{ "parked", "", 0, 0,
	  { "list what was imported but is not billed, by account and reason", "按账户与原因列出已导入但未计费的记录" },
	  { "Without options one line an account and reason; with --account the rows. Running jobs that their source has not "
	    "listed for too long stand here as runaways.",
	    "不带选项时每个账户与原因一行；带 --account 时列出各行。来源久未列出的运行中作业在此列为失控作业。" },
	  parked_options, "trainlease parked\ntrainlease parked --account 11cb48 --limit 5", parked_run },
	{ "park", "release|dismiss [KEY]", 1, 2,
	  { "decide about parked rows: bill them or never", "处理搁置的行：计费或永不计费" },
	  { "`release` bills rows that can be billed: for --lease, with --end where one is missing, also outside the term. "
	    "`dismiss` says that they are never billed. Both need --because, which is kept.",
	    "`release` 使可计费的行计费：用 --lease 指定租约，缺结束时间时用 --end，也可在租赁期外。`dismiss` 表示永不计费。两者都须以 "
	    "--because 说明理由并予保存。" },
	  park_options, "trainlease park dismiss --account 2869ce --because 'no lease, own use'", park_run },
	{ "statement", "ID MONTH", 2, 2,
	  { "the statement of a month, exact to the fen", "某月的结算单，精确到分" },
	  { "The lines of clauses 3.1 and 3.2 with quantity, price and amount, the total in figures and Chinese capitals, and "
	    "GPU-hours by day.",
	    "第3.1、3.2条各行的数量、单价与金额，总额的小写与大写，以及每日GPU小时。" },
	  statement_options, "trainlease statement TL-2017-0901 2017-10\ntrainlease statement TL-2017-0901 2017-10 --json",
	  statement_run },
	{ "why", "ID MONTH [CLAUSE]", 2, 3,
	  { "open the lines of a statement: words, inputs, formula, rounding, allocations", "展开结算单各行：原文、输入、公式、舍入与分配" },
	  { "For each line the clause's words in the agreement, the exact inputs, the formula with its numbers, the rounding and "
	    "the allocations behind it; all of them with --json or --csv.",
	    "对每一行给出协议原文、精确输入、带数字的公式、舍入方式及其背后的分配；--json 或 --csv 给出全部分配。" },
	  why_options, "trainlease why TL-2017-0901 2017-10 '3.1(1)'\ntrainlease why TL-2017-0901 2017-09 3.4", why_run },
	{ "key", "new|show|message NAME|ID [STATEMENT]", 2, 3,
	  { "make and show keys, hand over what was signed", "生成与查看密钥，交付所签内容" },
	  { "`new` makes an Ed25519 or SM2 key, its private half encrypted under a passphrase of at least 8 bytes; `show` prints "
	    "its public half and the fingerprint for keys: of the agreement. `message` writes the bytes that were signed for a "
	    "statement, the signature and the public key, with the openssl command that checks them without this program.",
	    "`new` 生成 Ed25519 或 SM2 密钥，私钥以至少 8 字节的口令加密；`show` 打印公钥及写入协议 keys 的指纹。`message` 写出某结算单"
	    "所签的字节、签名与公钥，并打印无需本程序即可核验的 openssl 命令。" },
	  key_options,
	  "trainlease key new lessor\ntrainlease key show lessor\ntrainlease key message TL-2017-0901 1 --output statement-1", key_run },
	{ "issue", "ID MONTH", 2, 2,
	  { "issue a month's statement: frozen, numbered, dated", "出具某月结算单：定稿、编号、注明日期" },
	  { "After the days of grace the statement of the month is frozen with what is known then. What turns up later stands as a "
	    "correction on the next one, with the facts behind it; penalty that ran meanwhile too. It counts as served now, "
	    "which fixes its due day. A bound that was passed parks the month's billing until `trainlease release`. With --key the "
	    "lessor signs it; where the agreement prints the lessor's key, that is needed.",
	    "宽限期后按当时所知定稿。此后发现的差异连同其依据的事实列入下一期更正，其间产生的违约金亦然。默认视为当即送达，付款期限随之"
	    "确定。超出合理界限的，该月计费搁置，待 `trainlease release` 放行。--key 表示由出租方签名；协议印有出租方密钥的，须签名。" },
	  issue_options, "trainlease issue TL-2017-0901 2017-09\ntrainlease issue TL-2017-0901 2017-09 --key lessor", issue_run },
	{ "advance", "ID MONTH", 2, 2,
	  { "ask for a month's advance, where the agreement has one", "请求某月预付款（协议有约定时）" },
	  { "With payment.due_month `same`: payable by the month's own due day, bearing penalty after it. The month's statement "
	    "deducts it; the rest is due as usual, and what the month did not use lowers the advance. `close` asks for the "
	    "advance of the month after the one it closes.",
	    "适用于 payment.due_month 为 same：于当月付款日前支付，逾期计违约金。当月结算单予以扣除；其余按通常期限支付，未用足的部分冲减预付款。"
	    "`close` 同时请求所结月份次月的预付款。" },
	  advance_options, "trainlease advance TL-2017-0901 2017-10", advance_run },
	{ "serve", "ID STATEMENT", 2, 2,
	  { "record when an issued statement was served", "登记已出结算单的送达日" },
	  { "The day of service fixes the due day: the agreed day of the following month or the fifth day after service, "
	    "whichever is later, moved off a rest day.",
	    "送达日决定付款期限：次月约定日与送达后第五日中较晚者，遇休息日顺延。" },
	  serve_options, "trainlease serve TL-2017-0901 1 --on 2017-10-05", serve_run },
	{ "release", "ID MONTH", 2, 2,
	  { "release a month's billing that was parked", "放行被搁置的某月计费" },
	  { "Billing is parked when a bound is passed: more use than the leased GPUs allow, ten times last month's fees, jobs "
	    "without a price, runaway jobs. Say why it is right after all.",
	    "超出界限时计费被搁置：用量超过租用GPU、费用达上月十倍、作业未定价、作业失控。请说明放行理由。" },
	  because_options, "trainlease release TL-2017-0901 2017-09 --because 'checked with the lessee'", release_run },
	{ "payment", "record|reverse ID [NUMBER]", 2, 3,
	  { "record or reverse a payment by hand", "手工登记或冲销付款" },
	  { "`record` enters money that came in on a day; it pays the statements that the payer names, then the earliest due. "
	    "`reverse` says that a transfer was returned: it never happened.",
	    "`record` 登记某日入账的款项；先付付款人指明的结算单，其余付最早到期的。`reverse` 表示该笔款项已退回：视为从未发生。" },
	  payment_options, "trainlease payment record TL-2017-0901 --amount 40,000.00 --on 2017-10-20", payment_run },
	{ "cost", "ID STATEMENT", 2, 2,
	  { "record costs of enforcement on a statement", "登记某结算单的实现债权费用" },
	  { "They are paid before penalty and principal unless the agreement orders it otherwise.",
	    "除协议另有约定外，先于违约金与本金受偿。" },
	  cost_options, "trainlease cost TL-2017-0901 1 --amount 300.00 --on 2017-12-01 --because 'court fee'", cost_run },
	{ "notice", "ID STATEMENT", 2, 2,
	  { "record that the lessor's notice of 8.1 was served", "登记出租方第8.1条通知的送达" },
	  { "Refused while the right does not exist: before the day, or when the principal was paid.",
	    "权利不存在时不予登记：未到日期，或本金已付清。" },
	  notice_options, "trainlease notice TL-2017-0901 1", notice_run },
	{ "account", "ID", 1, 1,
	  { "the account of a lease: statements, payments, penalty, balance", "租约账户：结算单、付款、违约金与余额" },
	  { "What each statement owes at the end of a day, every debit and credit with the running balance, and whether the right "
	    "of 8.1 has arisen. Computed from the facts each time, so any day gives the same result later.",
	    "某日终了时各结算单的欠款、逐笔借贷与余额，以及第8.1条的权利是否产生。每次均由事实计算，日后重算结果相同。" },
	  on_options, "trainlease account TL-2017-0901\ntrainlease account TL-2017-0901 --on 2017-11-09", account_run },
	{ "aging", "", 0, 0,
	  { "what all leases owe, by how long it is overdue", "全部租约的欠款账龄" },
	  { "One line a lease.", "每份租约一行。" },
	  aging_options, "trainlease aging\ntrainlease aging --lessees", aging_run },
	{ "books", "[ID]", 0, 1,
	  { "the lessor's books for hledger, beancount or a spreadsheet", "出租方账簿，供 hledger、beancount 或电子表格使用" },
	  { "Double entry, for one lease or all: fees on the last day of the month of use, tax on the day of issue, penalty at issue "
	    "or payment, corrections in the open month with the month they correct, money on the day the bank credited it. The "
	    "code of each booking is the number of the fact behind it. docs/books.md describes the accounts.",
	    "一份或全部租约的复式账簿：费用记于使用月末日，税额记于出单日，违约金记于出单或付款时，更正记于当期并注明所更正的月份，款项记于"
	    "银行入账日。每笔分录的编号即其依据的事实编号。科目说明见 docs/books.md。" },
	  books_options, "trainlease books TL-2017-0901 > lease.journal\ntrainlease books --format beancount --on 2017-12-31", books_run },
	{ "balance", "[ID]", 0, 1,
	  { "the balance of each account of the books", "账簿各科目余额" },
	  { "By lease and in total, debits above zero; what the ledger says that `trainlease books` was given to.",
	    "按租约与合计列示，借方为正；与导入 `trainlease books` 输出的账务软件所示相同。" },
	  on_options, "trainlease balance\ntrainlease balance TL-2017-0901 --on 2017-12-31", balance_run },
	{ "close", "MONTH", 1, 1,
	  { "issue the statements of a month for all leases", "为全部租约出具某月结算单" },
	  { "Issues what is not issued yet, lease by lease, each in a transaction of its own: cut short, the same command goes "
	    "on; repeated, it changes nothing. What cannot be issued is listed with its reason. Exit code 1 if there was any.",
	    "逐份租约出具尚未出具的结算单，每份一个事务：中断后重复同一命令即可继续；重复执行不产生变化。不能出具的连同原因列出，此时退出码为 1。" },
	  close_options, "trainlease close 2017-09\ntrainlease close 2017-09 --pdf statements", close_run },
	{ "bank", "import|list|match|dismiss [FILE|LINE]", 1, 2,
	  { "take in bank statements and match their transfers", "导入银行流水并核对收款" },
	  { "`import` reads ISO 20022 camt.053 and the CSV exports of Chinese banks. A transfer that fully and unambiguously "
	    "matches what a lease owes is posted; everything else waits in `list` with its reasons until `match` or `dismiss`. "
	    "The same file again adds nothing. Returned transfers reverse their payment.",
	    "`import` 读取 ISO 20022 camt.053 及国内银行导出的 CSV。与租约应付完全且唯一相符的收款直接入账；其余列于 `list` 并附理由，待 "
	    "`match` 或 `dismiss` 处理。重复导入同一文件不产生变化。退回的款项冲销其付款。" },
	  bank_options, "trainlease bank import statement.xml\ntrainlease bank list", bank_run },
	{ "document", "statement|correction|account|receipt|reminder|demand ID [N]", 2, 3,
	  { "write a statement, account, receipt, reminder or demand as PDF, XLSX, CSV or JSON", "将结算单、往来账、收款确认、付款提醒或催款函输出为 PDF、XLSX、CSV 或 JSON" },
	  { "In the language of --lang; `both` sets Chinese and English side by side. The same facts give the same bytes.",
	    "语言由 --lang 决定；`both` 为中英对照。相同的事实产生相同的字节。" },
	  document_options,
	  "trainlease document statement TL-2017-0901 1 --lang both --output statement.pdf\n"
	  "trainlease document account TL-2017-0901 --output account.xlsx",
	  document_run },
	{ "remind", "[ID]", 0, 1,
	  { "send the payment reminders that are due", "发送到期的付款提醒" },
	  { "Three days before the due day, on it, the day after it, every 30 days overdue, and when the right of 8.1 arises. "
	    "Each is sent once to a receiver and recorded when the server has accepted it; what failed is tried at the next "
	    "run. What was paid meanwhile is never reminded of. Run it daily.",
	    "到期前三日、到期日、次日、其后每逾期 30 日，以及第8.1条权利产生之日。每条对同一收件方只发送一次，服务器接受后登记；失败的"
	    "下次运行时重试；已付清的不再提醒。请每日运行。" },
	  remind_options,
	  "trainlease remind --dry-run\n"
	  "trainlease remind --smtp smtp://mail.example.com:587 --from billing@example.com --to lessee@example.org "
	  "--user billing --password-file mail.password", remind_run },
	{ "forecast", "[ID]", 0, 1,
	  { "cash expected by month, and when the total of 3.2 is reached", "按月预计收款，以及何时达到第3.2条总额" },
	  { "Unpaid statements by their due month, and the mean of the last three statements for months not billed yet. A forecast, no "
	    "claim.",
	    "未付结算单按到期月份列示；尚未计费的月份取最近三期均值。仅为预测，不构成请求。" },
	  on_options, "trainlease forecast\ntrainlease forecast TL-2017-0901", forecast_run },
	{ "tax", "MONTH", 1, 1,
	  { "data for invoices of a month: net, tax and gross of each line", "某月开票数据：各行不含税金额、税额与价税合计" },
	  { "Every statement issued in the month, with seller and buyer as an e-invoice needs them, as JSON or XLSX.",
	    "该月出具的全部结算单，附电子发票所需的购销双方信息，输出为 JSON 或 XLSX。" },
	  document_options, "trainlease tax 2017-10 --output tax-2017-10.json", tax_run },
	{ "rebuild", "", 0, 0,
	  { "compute everything derived again from the facts", "由事实重新计算全部派生数据" },
	  { "Throws the key index, day sums, storage samples and parked totals away and computes them again; verifies every "
	    "chain on the way.",
	    "丢弃键索引、日合计、存储采样与搁置合计并重新计算；同时校验每条链。" },
	  no_options, "trainlease rebuild", rebuild_run },
	{ "schema", "", 0, 0,
	  { "print the JSON Schema of the agreement file", "打印协议文件的 JSON Schema" },
	  { "For editors that complete and check the file while it is written.", "供编辑器补全与检查协议文件。" },
	  no_options, "trainlease schema", schema_run },
	{ "completion", "bash|zsh|fish", 1, 1,
	  { "print shell completion", "打印 shell 补全脚本" },
	  { "For example: trainlease completion bash > /etc/bash_completion.d/trainlease",
	    "例如：trainlease completion bash > /etc/bash_completion.d/trainlease" },
	  no_options, "trainlease completion bash", completion_run },
	{ "manual", "", 0, 0,
	  { "print the manual page, in troff", "以 troff 打印手册页" },
	  { "Made from the same table as this help.", "与本帮助出自同一张表。" },
	  no_options, "trainlease manual", manual_run },
	{ "help", "[VERB]", 0, 1,
	  { "help, for the program or a verb", "程序或某个命令的帮助" },
	  { "", "" }, no_options, "trainlease help import", help_run },
	{ "version", "", 0, 0,
	  { "version of the program", "程序版本" },
	  { "", "" }, no_options, "trainlease version", version_run },
};

const size_t verb_count = sizeof(verbs) / sizeof(verbs[0]);

const struct verb *verb_find(struct str name)
{
	for (size_t i = 0; i < verb_count; i++)
		if (str_is(name, verbs[i].name))
			return &verbs[i];
	return NULL;
}
