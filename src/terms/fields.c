#include "terms/fields.h"

#include <stdlib.h>

#include "terms/terms.h"

/* The number of a word is stored as the enum in terms.h: their orders agree. */

const struct choice currencies[] = {
	{ "CNY", { "yuan renminbi", "人民币" } },
	{ "EUR", { "euro", "欧元" } },
	{ "GBP", { "pound sterling", "英镑" } },
	{ "HKD", { "Hong Kong dollar", "港元" } },
	{ "MOP", { "Macao pataca", "澳门元" } },
	{ "SGD", { "Singapore dollar", "新加坡元" } },
	{ "USD", { "US dollar", "美元" } },
	{ NULL, { NULL, NULL } },
};

static const struct choice key_algorithms[] = {
	{ "ed25519", { "Ed25519; the chain uses SHA-256", "Ed25519，链用 SHA-256" } },
	{ "sm2", { "SM2; the chain uses SM3", "SM2，链用 SM3" } },
	{ NULL, { NULL, NULL } },
};

static const struct choice precisions[] = {
	{ "fp64", { "fp64", "fp64" } },
	{ "fp32", { "fp32", "fp32" } },
	{ "tf32", { "tf32", "tf32" } },
	{ "bf16", { "bf16", "bf16" } },
	{ "fp16", { "fp16", "fp16" } },
	{ "fp8", { "fp8", "fp8" } },
	{ "fp6", { "fp6", "fp6" } },
	{ "fp4", { "fp4", "fp4" } },
	{ "int8", { "int8", "int8" } },
	{ NULL, { NULL, NULL } },
};

static const struct choice suspended_rules[] = {
	{ "free", { "not counted", "不计费" } },
	{ "billed", { "counted as used", "按使用计费" } },
	{ NULL, { NULL, NULL } },
};

static const struct choice fault_scopes[] = {
	{ "node", { "the faulty server's GPUs", "故障服务器的 GPU" } },
	{ "job", { "every GPU of the jobs it stopped", "受影响作业的全部 GPU" } },
	{ NULL, { NULL, NULL } },
};

static const struct choice data_units[] = {
	{ "GB", { "10^9 bytes", "10^9 字节" } },
	{ "GiB", { "2^30 bytes", "2^30 字节" } },
	{ NULL, { NULL, NULL } },
};

static const struct choice one_time_dues[] = {
	{ "term", { "in the month in which the term begins", "租赁期限起始月" } },
	{ "signing", { "in the month of signature", "签订月" } },
	{ "acceptance", { "in the month of acceptance", "验收月" } },
	{ NULL, { NULL, NULL } },
};

static const struct choice total_meanings[] = {
	{ "estimate", { "an estimate: warnings at 80 % and 100 %", "预估：达到 80% 和 100% 时提示" } },
	{ "cap", { "a cap: never more is billed", "封顶：计费不超过此数" } },
	{ "fixed", { "fixed: billed in equal instalments", "包干：按月均摊" } },
	{ NULL, { NULL, NULL } },
};

static const struct choice due_months[] = {
	{ "following", { "the month after the one billed", "次月" } },
	{ "same", { "the month itself, by an advance", "当月（预付）" } },
	{ NULL, { NULL, NULL } },
};

static const struct choice rest_day_rules[] = {
	{ "next", { "moves to the next working day", "顺延至下一工作日" } },
	{ "same", { "does not move", "不顺延" } },
	{ NULL, { NULL, NULL } },
};

static const struct choice payment_parts[] = {
	{ "costs", { "costs of enforcement", "实现债权的费用" } },
	{ "penalty", { "penalty", "违约金" } },
	{ "principal", { "fees", "费用本金" } },
	{ NULL, { NULL, NULL } },
};

static const struct choice taxed_clauses[] = {
	{ "3.1(1)", { "compute fee", "计算资源租赁费" } },
	{ "3.1(2)", { "storage fee", "存储资源租赁费" } },
	{ "3.1(3)", { "data-set fee", "数据集使用费" } },
	{ "3.1(4)", { "software fee", "软件使用费" } },
	{ NULL, { NULL, NULL } },
};

static const struct choice tax_sides[] = {
	{ "inclusive", { "prices include tax", "价格含税" } },
	{ "exclusive", { "tax is added to prices", "价格不含税" } },
	{ NULL, { NULL, NULL } },
};

static const struct choice support_hours[] = {
	{ "24x7", { "around the clock", "全天候" } },
	{ "7x24", { "around the clock", "全天候" } },
	{ NULL, { NULL, NULL } },
};

static const struct choice maintenance_rules[] = {
	{ "counted", { "counts for the repair clock", "计入修复时限" } },
	{ "excluded", { "does not count for the repair clock", "不计入修复时限" } },
	{ NULL, { NULL, NULL } },
};

static const struct choice upgrade_rhythms[] = {
	{ "monthly", { "every month", "每月" } },
	{ "quarterly", { "every quarter", "每季度" } },
	{ "half-yearly", { "every half year", "每半年" } },
	{ "yearly", { "every year", "每年" } },
	{ NULL, { NULL, NULL } },
};

static const struct choice no_yes[] = {
	{ "no", { "no", "否" } },
	{ "yes", { "yes", "是" } },
	{ NULL, { NULL, NULL } },
};

static const struct choice forums[] = {
	{ "court", { "a court", "法院" } },
	{ "arbitration", { "arbitration", "仲裁" } },
	{ NULL, { NULL, NULL } },
};

_Static_assert(TOTAL_ESTIMATE == 0 && TOTAL_CAP == 1 && TOTAL_FIXED == 2, "total_meanings");
_Static_assert(DUE_FOLLOWING == 0 && DUE_SAME == 1, "due_months");
_Static_assert(REST_DAY_NEXT == 0 && REST_DAY_SAME == 1, "rest_day_rules");
_Static_assert(ONE_TIME_TERM_BEGIN == 0 && ONE_TIME_SIGNING == 1 && ONE_TIME_ACCEPTANCE == 2, "one_time_dues");
_Static_assert(SUSPENDED_FREE == 0 && SUSPENDED_BILLED == 1, "suspended_rules");
_Static_assert(FAULT_NODE == 0 && FAULT_JOB == 1, "fault_scopes");
_Static_assert(PAYS_COSTS == 0 && PAYS_PENALTY == 1 && PAYS_PRINCIPAL == 2, "payment_parts");

#define AT(member) offsetof(struct terms, member)

const struct field fields[] = {
	{ "agreement", "file", FIELD_NAME, NEEDED, { "number of the agreement", "协议编号" },
	  .example = "TL-2017-0901", .offset = AT(agreement) },
	{ "signed", "file", FIELD_DATE, OPTIONAL, { "day of signature", "签订日期" },
	  .example = "2017-08-25", .least = "1990-01-01", .most = "2199-12-31", .offset = AT(signed_day) },
	{ "time_zone", "file", FIELD_ZONE, NEEDED, { "time zone", "时区" },
	  .example = "Asia/Shanghai", .offset = AT(time_zone) },
	{ "currency", "file", FIELD_CHOICE, OPTIONAL, { "currency", "币种" },
	  .example = "CNY", .fallback = "CNY", .choices = currencies, .store = STORE_WORD, .offset = AT(currency) },
	{ "keys", "file", FIELD_MAP, OPTIONAL, .label = { "keys of the parties", "双方密钥" } },
	{ "keys.algorithm", "file", FIELD_CHOICE, OPTIONAL, { "algorithm of the keys", "密钥算法" },
	  .example = "ed25519", .fallback = "ed25519", .choices = key_algorithms, .store = STORE_WORD,
	  .offset = AT(keys.algorithm) },
	{ "keys.lessor", "file", FIELD_TEXT, OPTIONAL, { "fingerprint of the lessor's key", "甲方密钥指纹" },
	  .example = "06e3 fd8f da29 bb60 ab59 557d e61e db0a ecdb 2311 34be 30e7 5b45 5f8e 1b79 2fa9", .offset = AT(keys.lessor) },
	{ "keys.lessee", "file", FIELD_TEXT, OPTIONAL, { "fingerprint of the lessee's key", "乙方密钥指纹" },
	  .example = "deb2 ded3 9dc2 6fce 0e60 85b6 fc34 bf6b 5941 913b bfe2 ea61 4113 cff9 e004 c170", .offset = AT(keys.lessee) },
	{ "lessor", "parties", FIELD_MAP, NEEDED, .label = { "lessor", "甲方（出租方）" } },
	{ "lessor.name", "parties", FIELD_TEXT, NEEDED, { "lessor's name", "甲方名称" },
	  .example = "示例算力科技有限公司", .offset = AT(lessor.name) },
	{ "lessor.representative", "parties", FIELD_TEXT, NEEDED, { "lessor's legal representative", "甲方法定代表人" },
	  .example = "张三", .offset = AT(lessor.representative) },
	{ "lessor.address", "parties", FIELD_TEXT, NEEDED, { "lessor's registered address", "甲方注册地址" },
	  .example = "福建省福州市鼓楼区示例路1号", .offset = AT(lessor.address) },
	{ "lessor.uscc", "parties", FIELD_USCC, NEEDED, { "lessor's unified social credit code", "甲方统一社会信用代码" },
	  .example = "91350100M000100Y43", .offset = AT(lessor.uscc) },
	{ "lessee", "parties", FIELD_MAP, NEEDED, .label = { "lessee", "乙方（承租方）" } },
	{ "lessee.name", "parties", FIELD_TEXT, NEEDED, { "lessee's name", "乙方名称" },
	  .example = "示例智能研究有限公司", .offset = AT(lessee.name) },
	{ "lessee.representative", "parties", FIELD_TEXT, NEEDED, { "lessee's legal representative", "乙方法定代表人" },
	  .example = "李四", .offset = AT(lessee.representative) },
	{ "lessee.address", "parties", FIELD_TEXT, NEEDED, { "lessee's registered address", "乙方注册地址" },
	  .example = "北京市海淀区示例街2号", .offset = AT(lessee.address) },
	{ "lessee.uscc", "parties", FIELD_USCC, NEEDED, { "lessee's unified social credit code", "乙方统一社会信用代码" },
	  .example = "911101080000000007", .offset = AT(lessee.uscc) },
	{ "compute", "1.1(1)", FIELD_MAP, NEEDED, .label = { "compute", "计算资源" } },
	{ "compute.servers", "1.1(1)", FIELD_WHOLE, NEEDED, { "servers", "服务器数量" },
	  .example = "40", .least = "1", .most = "100000", .offset = AT(compute.servers) },
	{ "compute.gpu_model", "1.1(1)", FIELD_TEXT, NEEDED, { "GPU model", "GPU 型号" },
	  .example = "NVIDIA H200", .offset = AT(compute.gpu_model) },
	{ "compute.gpus_per_server", "1.1(1)", FIELD_WHOLE, OPTIONAL, { "GPUs in each server", "每台服务器 GPU 数" },
	  .example = "8", .least = "1", .most = "1024", .offset = AT(compute.gpus_per_server) },
	{ "compute.performance", "1.1(1)", FIELD_QUANTITY, NEEDED, { "performance of all servers, at least", "总算力不低于" },
	  .example = "300 PFLOPS", .least = "1 GFLOPS", .most = "1000000 EFLOPS", .unit = UNIT_FLOPS,
	  .store = STORE_WIDE, .offset = AT(compute.performance_flops) },
	{ "compute.precision", "1.1(1)", FIELD_CHOICE, OPTIONAL, { "precision of that performance", "算力精度" },
	  .example = "bf16", .choices = precisions, .store = STORE_WORD, .offset = AT(compute.precision) },
	{ "compute.bandwidth", "1.1(1)", FIELD_QUANTITY, NEEDED, { "network bandwidth", "网络带宽" },
	  .example = "400 Gbit/s", .least = "1 Mbit/s", .most = "1000 Tbit/s", .unit = UNIT_BANDWIDTH,
	  .offset = AT(compute.bandwidth_bits_per_second) },
	{ "compute.shares", "3.1(1)", FIELD_SHARES, OPTIONAL, { "parts of a GPU", "GPU 切片折算" },
	  .example = "{ 1g.10gb: 0.125 }", .least = "0.001", .most = "1", .offset = AT(compute.shares),
	  .count_offset = AT(compute.share_count) },
	{ "compute.suspended", "3.1(1)", FIELD_CHOICE, OPTIONAL, { "suspended time", "挂起时间" },
	  .example = "free", .fallback = "free", .choices = suspended_rules, .offset = AT(compute.suspended) },
	{ "compute.fault_scope", "3.1(1)", FIELD_CHOICE, OPTIONAL, { "not charged in a hardware fault", "硬件故障免计范围" },
	  .example = "node", .fallback = "node", .choices = fault_scopes, .offset = AT(compute.fault_scope) },
	{ "storage", "1.1(2)", FIELD_MAP, OPTIONAL, .label = { "storage", "存储资源" } },
	{ "storage.capacity", "1.1(2)", FIELD_QUANTITY, NEEDED, { "capacity", "存储容量" },
	  .example = "500 TB", .least = "1 GB", .most = "10 EB", .unit = UNIT_DATA, .store = STORE_WIDE,
	  .offset = AT(storage.capacity_bytes) },
	{ "storage.iops", "1.1(2)", FIELD_WHOLE, NEEDED, { "IOPS, at least", "IOPS 不低于" },
	  .example = "1000000", .least = "1", .most = "10000000000", .offset = AT(storage.iops_least) },
	{ "storage.latency", "1.1(2)", FIELD_QUANTITY, NEEDED, { "latency below", "延迟低于" },
	  .example = "0.5 ms", .least = "100 ns", .most = "60 s", .unit = UNIT_LATENCY,
	  .offset = AT(storage.latency_ns_below) },
	{ "storage.unit", "3.1(2)", FIELD_CHOICE, OPTIONAL, { "unit of the storage fee", "存储计费单位" },
	  .example = "GB", .fallback = "GB", .choices = data_units, .store = STORE_WORD,
	  .offset = AT(storage.unit) },
	{ "storage.max_gap", "3.1(2)", FIELD_QUANTITY, OPTIONAL, { "longest gap between measurements", "用量采样最长间隔" },
	  .example = "48 h", .least = "1 minute", .most = "366 days", .fallback = "48 h", .unit = UNIT_DURATION,
	  .offset = AT(storage.max_gap_seconds) },
	{ "datasets", "1.1(3)", FIELD_MAPS, OPTIONAL, { "data set", "数据集" },
	  .offset = AT(datasets), .count_offset = AT(dataset_count), .element_size = sizeof(struct dataset) },
	{ "datasets[].name", "1.1(3)", FIELD_TEXT, NEEDED, { "name", "名称" },
	  .example = "示例语料库", .offset = offsetof(struct dataset, name) },
	{ "datasets[].records", "1.1(3)", FIELD_WHOLE, NEEDED, { "records", "记录数" },
	  .example = "12000000", .least = "1", .most = "1000000000000000",
	  .offset = offsetof(struct dataset, records) },
	{ "datasets[].format", "1.1(3)", FIELD_TEXT, NEEDED, { "format", "格式" },
	  .example = "jsonl", .offset = offsetof(struct dataset, format) },
	{ "datasets[].purpose", "1.1(3)", FIELD_TEXT, NEEDED, { "purpose", "用途" },
	  .example = "llm-pretraining", .offset = offsetof(struct dataset, purpose) },
	{ "software", "1.1(4)", FIELD_MAP, OPTIONAL, .label = { "software", "软件" } },
	{ "software.framework", "1.1(4)", FIELD_MAP, NEEDED, .label = { "framework", "训练框架" } },
	{ "software.framework.name", "1.1(4)", FIELD_TEXT, NEEDED, { "framework", "训练框架" },
	  .example = "PyTorch", .offset = AT(software.framework.name) },
	{ "software.framework.version", "1.1(4)", FIELD_TEXT, NEEDED, { "framework's version", "训练框架版本" },
	  .example = "2.7.1", .offset = AT(software.framework.version) },
	{ "software.libraries", "1.1(4)", FIELD_MAPS, OPTIONAL, { "library", "依赖库" },
	  .offset = AT(software.libraries), .count_offset = AT(software.library_count),
	  .element_size = sizeof(struct software_version) },
	{ "software.libraries[].name", "1.1(4)", FIELD_TEXT, NEEDED, { "name", "名称" },
	  .example = "CUDA", .offset = offsetof(struct software_version, name) },
	{ "software.libraries[].version", "1.1(4)", FIELD_TEXT, NEEDED, { "version", "版本" },
	  .example = "\"12.8\"", .offset = offsetof(struct software_version, version) },
	{ "term", "2.1", FIELD_MAP, NEEDED, .label = { "term", "租赁期限" } },
	{ "term.from", "2.1", FIELD_DATE, NEEDED, { "first day, from 00:00", "起始日（0时起）" },
	  .example = "2017-09-01", .least = "1990-01-01", .most = "2199-12-31", .offset = AT(term.from) },
	{ "term.to", "2.1", FIELD_DATE, NEEDED, { "last day, to 24:00", "截止日（24时止）" },
	  .example = "2018-08-31", .least = "1990-01-01", .most = "2199-12-31", .offset = AT(term.to) },
	{ "term.months", "2.1", FIELD_WHOLE, NEEDED, { "months", "月数" },
	  .example = "12", .least = "1", .most = "9999", .offset = AT(term.months) },
	{ "term.renewal_notice", "2.2", FIELD_QUANTITY, NEEDED, { "notice of renewal before the end", "续租提前通知" },
	  .example = "2 months", .least = "0 months", .most = "24 months", .unit = UNIT_MONTHS,
	  .offset = AT(term.renewal_notice_months) },
	{ "fees", "3.1", FIELD_MAP, NEEDED, .label = { "fees", "费用" } },
	{ "fees.compute", "3.1(1)", FIELD_PRICES, NEEDED, { "compute fee", "计算资源租赁费" },
	  .example = "12.50 CNY/GPU-hour", .least = "0", .most = "100000", .per = PER_GPU_HOUR,
	  .offset = AT(fees.compute), .count_offset = AT(fees.compute_count),
	  .element_size = sizeof(struct gpu_price) },
	{ "fees.compute[].gpu_model", "3.1(1)", FIELD_TEXT, OPTIONAL, { "GPU model", "GPU 型号" },
	  .example = "NVIDIA H200", .offset = offsetof(struct gpu_price, gpu_model) },
	{ "fees.compute[].price", "3.1(1)", FIELD_PRICE, NEEDED, { "price", "单价" },
	  .example = "12.50 CNY/GPU-hour", .least = "0", .most = "100000", .per = PER_GPU_HOUR,
	  .offset = offsetof(struct gpu_price, yuan_per_gpu_hour) },
	{ "fees.compute[].from", "3.1(1)", FIELD_DATE, OPTIONAL, { "from", "起" },
	  .example = "2018-03-01", .least = "1990-01-01", .most = "2199-12-31",
	  .offset = offsetof(struct gpu_price, from) },
	{ "fees.storage", "3.1(2)", FIELD_PRICES, OPTIONAL, { "storage fee", "存储资源租赁费" },
	  .example = "0.35 CNY/GB/month", .least = "0", .most = "10000", .per = PER_DATA_MONTH,
	  .offset = AT(fees.storage), .count_offset = AT(fees.storage_count),
	  .element_size = sizeof(struct storage_price) },
	{ "fees.storage[].price", "3.1(2)", FIELD_PRICE, NEEDED, { "price", "单价" },
	  .example = "0.35 CNY/GB/month", .least = "0", .most = "10000", .per = PER_DATA_MONTH,
	  .offset = offsetof(struct storage_price, yuan_per_unit_month) },
	{ "fees.storage[].from", "3.1(2)", FIELD_DATE, OPTIONAL, { "from", "起" },
	  .example = "2018-03-01", .least = "1990-01-01", .most = "2199-12-31",
	  .offset = offsetof(struct storage_price, from) },
	{ "fees.dataset", "3.1(3)", FIELD_MONEY, OPTIONAL, { "data-set fee, once", "数据集使用费（一次性）" },
	  .example = "200000.00 CNY", .least = "0", .most = "1000000000000", .offset = AT(fees.dataset) },
	{ "fees.software", "3.1(4)", FIELD_MONEY, OPTIONAL, { "software fee, once", "软件使用费（一次性）" },
	  .example = "50000.00 CNY", .least = "0", .most = "1000000000000", .offset = AT(fees.software) },
	{ "fees.due", "3.1", FIELD_CHOICE_OR_DATE, OPTIONAL, { "one-time fees are due", "一次性费用计收时点" },
	  .example = "term", .least = "1990-01-01", .most = "2199-12-31", .fallback = "term",
	  .choices = one_time_dues, .offset = AT(fees.one_time_due) },
	{ "fees.total", "3.2", FIELD_MAP, NEEDED, .label = { "total", "费用总额" } },
	{ "fees.total.amount", "3.2", FIELD_MONEY, NEEDED, { "total in figures", "费用总额（小写）" },
	  .example = "9500000.00 CNY", .least = "0.01", .most = "1000000000000", .offset = AT(fees.total) },
	{ "fees.total.capitals", "3.2", FIELD_TEXT, NEEDED, { "total in capitals", "费用总额（大写）" },
	  .example = "玖佰伍拾万元整", .store = STORE_NOTHING },
	{ "fees.total.meaning", "3.2", FIELD_CHOICE, OPTIONAL, { "meaning of the total", "费用总额的含义" },
	  .example = "estimate", .fallback = "estimate", .choices = total_meanings,
	  .offset = AT(fees.total_meaning) },
	{ "payment", "3.3", FIELD_MAP, NEEDED, .label = { "payment", "付款" } },
	{ "payment.due_day", "3.3", FIELD_WHOLE, NEEDED, { "due day of the month", "每月付款日" },
	  .example = "10", .least = "1", .most = "31", .offset = AT(payment.due_day) },
	{ "payment.due_month", "3.3", FIELD_CHOICE, OPTIONAL, { "month in which it is due", "付款月份" },
	  .example = "following", .fallback = "following", .choices = due_months, .offset = AT(payment.due_month) },
	{ "payment.days_to_pay", "3.3", FIELD_WHOLE, OPTIONAL,
	  { "days to pay after service, at least", "账单送达后付款天数不少于" },
	  .example = "5", .least = "0", .most = "365", .fallback = "5", .offset = AT(payment.days_to_pay) },
	{ "payment.rest_day", "3.3", FIELD_CHOICE, OPTIONAL, { "due day on a rest day", "付款日遇休息日" },
	  .example = "next", .fallback = "next", .choices = rest_day_rules, .offset = AT(payment.rest_day) },
	{ "payment.advance", "3.3", FIELD_MONEY, OPTIONAL, { "advance for each month", "每月预付款" },
	  .example = "500000.00 CNY", .least = "0.01", .most = "1000000000000", .offset = AT(payment.advance) },
	{ "payment.order", "3.3", FIELD_ORDER, OPTIONAL, { "order in which a payment pays", "款项清偿顺序" },
	  .example = "[costs, penalty, principal]", .fallback = "costs, penalty, principal",
	  .choices = payment_parts, .offset = AT(payment.order) },
	{ "payment.account", "3.3", FIELD_MAP, NEEDED, .label = { "account", "收款账户" } },
	{ "payment.account.bank", "3.3", FIELD_TEXT, NEEDED, { "bank", "开户行" },
	  .example = "示例银行福州分行", .offset = AT(payment.account.bank) },
	{ "payment.account.name", "3.3", FIELD_TEXT, NEEDED, { "name of the account", "户名" },
	  .example = "示例算力科技有限公司", .offset = AT(payment.account.name) },
	{ "payment.account.number", "3.3", FIELD_TEXT, NEEDED, { "number of the account", "账号" },
	  .example = "\"6222000011112222333\"", .offset = AT(payment.account.number) },
	{ "payment.late_rate", "3.4", FIELD_RATE, NEEDED, { "penalty for late payment", "逾期付款违约金" },
	  .example = "0.05 %/day", .least = "0", .most = "1", .unit = UNIT_PERCENT_PER_DAY,
	  .offset = AT(payment.late_percent_per_day) },
	{ "payment.penalty_cap", "3.4", FIELD_RATE, OPTIONAL,
	  { "cap of the penalty, of a statement's fees", "违约金上限（占该期费用）" },
	  .example = "30 %", .least = "0.01", .most = "1000", .unit = UNIT_PERCENT,
	  .offset = AT(payment.penalty_cap_percent) },
	{ "payment.grace", "3.3", FIELD_QUANTITY, OPTIONAL,
	  { "wait for late accounting after a month's end", "月末后出账等待" },
	  .example = "3 days", .least = "0 days", .most = "60 days", .fallback = "3 days", .unit = UNIT_DAYS,
	  .offset = AT(payment.grace_days) },
	{ "tax", "3.1", FIELD_MAPS, OPTIONAL, { "tax", "税率" },
	  .offset = AT(tax), .count_offset = AT(tax_count), .element_size = sizeof(struct tax_rate) },
	{ "tax[].clause", "3.1", FIELD_CHOICE, NEEDED, { "clause", "条款" },
	  .example = "3.1(1)", .choices = taxed_clauses, .store = STORE_WORD,
	  .offset = offsetof(struct tax_rate, clause) },
	{ "tax[].rate", "3.1", FIELD_RATE, NEEDED, { "rate", "税率" },
	  .example = "6 %", .least = "0", .most = "50", .unit = UNIT_PERCENT,
	  .offset = offsetof(struct tax_rate, percent) },
	{ "tax[].from", "3.1", FIELD_DATE, OPTIONAL, { "from", "起" },
	  .example = "2018-03-01", .least = "1990-01-01", .most = "2199-12-31",
	  .offset = offsetof(struct tax_rate, from) },
	{ "tax_prices", "3.1", FIELD_CHOICE, OPTIONAL, { "prices and tax", "价税关系" },
	  .example = "inclusive", .fallback = "inclusive", .choices = tax_sides, .store = STORE_BOOL,
	  .offset = AT(tax_exclusive) },
	{ "use", "4.1", FIELD_MAP, NEEDED, .label = { "use", "使用" } },
	{ "use.purposes", "4.1", FIELD_TEXTS, NEEDED, { "permitted purposes", "许可用途" },
	  .example = "[llm-pretraining, fine-tuning]", .offset = AT(use.purposes),
	  .count_offset = AT(use.purpose_count) },
	{ "use.forbidden", "4.1", FIELD_TEXTS, OPTIONAL, { "forbidden", "禁止用途" },
	  .example = "[unlawful content]", .offset = AT(use.forbidden), .count_offset = AT(use.forbidden_count) },
	{ "support", "6.1", FIELD_MAP, NEEDED, .label = { "support", "技术支持" } },
	{ "support.hours", "6.1", FIELD_CHOICE, OPTIONAL, { "hours of support", "支持时间" },
	  .example = "24x7", .fallback = "24x7", .choices = support_hours, .store = STORE_WORD,
	  .offset = AT(support.hours) },
	{ "support.repair_within", "6.2", FIELD_QUANTITY, NEEDED, { "hardware faults repaired within", "硬件故障修复时限" },
	  .example = "4 hours", .least = "1 minute", .most = "720 hours", .unit = UNIT_DURATION,
	  .offset = AT(support.repair_within_seconds) },
	{ "support.planned_maintenance", "6.2", FIELD_CHOICE, OPTIONAL, { "planned maintenance", "计划内维护" },
	  .example = "counted", .fallback = "counted", .choices = maintenance_rules, .store = STORE_BOOL,
	  .offset = AT(support.planned_maintenance_excluded) },
	{ "support.upgrades", "6.3", FIELD_CHOICE, NEEDED, { "upgrades", "升级频率" },
	  .example = "quarterly", .choices = upgrade_rhythms, .store = STORE_WORD, .offset = AT(support.upgrades) },
	{ "support.upgrade_notice", "6.3", FIELD_QUANTITY, OPTIONAL, { "notice of upgrades", "升级提前通知" },
	  .example = "7 days", .least = "0 days", .most = "365 days", .fallback = "7 days", .unit = UNIT_DAYS,
	  .offset = AT(support.upgrade_notice_days) },
	{ "termination", "7.2", FIELD_MAP, NEEDED, .label = { "termination", "协议终止" } },
	{ "termination.cure", "7.2(1)", FIELD_QUANTITY, NEEDED, { "time to cure a breach", "违约补救期限" },
	  .example = "15 days", .least = "1 day", .most = "365 days", .unit = UNIT_DAYS,
	  .offset = AT(termination.cure_days) },
	{ "termination.force_majeure", "7.2(3)", FIELD_QUANTITY, NEEDED, { "force majeure beyond", "不可抗力超过" },
	  .example = "30 days", .least = "1 day", .most = "365 days", .unit = UNIT_DAYS,
	  .offset = AT(termination.force_majeure_days) },
	{ "termination.stop_use_within", "7.3", FIELD_QUANTITY, NEEDED,
	  { "use stops after rescission within", "解除后停止使用期限" },
	  .example = "7 days", .least = "0 days", .most = "365 days", .unit = UNIT_DAYS,
	  .offset = AT(termination.stop_use_within_days) },
	{ "breach", "8.1", FIELD_MAP, NEEDED, .label = { "breach", "违约责任" } },
	{ "breach.late_rate", "8.1", FIELD_RATE, NEEDED, { "penalty for late payment", "逾期付款违约金" },
	  .example = "0.05 %/day", .least = "0", .most = "1", .unit = UNIT_PERCENT_PER_DAY,
	  .offset = AT(breach.late_percent_per_day) },
	{ "breach.overdue_beyond", "8.1", FIELD_QUANTITY, NEEDED,
	  { "the lessor's right arises when overdue beyond", "逾期超过下列天数甲方得单方处置" },
	  .example = "30 days", .least = "0 days", .most = "365 days", .unit = UNIT_DAYS,
	  .offset = AT(breach.overdue_beyond_days) },
	{ "breach.suspend", "8.1", FIELD_CHOICE, OPTIONAL, { "the lessor may suspend", "甲方可暂停服务" },
	  .example = "no", .fallback = "no", .choices = no_yes, .store = STORE_BOOL, .offset = AT(breach.suspend) },
	{ "breach.right_survives_payment", "8.1", FIELD_CHOICE, OPTIONAL, { "the right survives payment", "付清后该权利仍存续" },
	  .example = "no", .fallback = "no", .choices = no_yes, .store = STORE_BOOL,
	  .offset = AT(breach.right_survives_payment) },
	{ "cluster", "cluster", FIELD_MAP, NEEDED, .label = { "cluster", "集群" } },
	{ "cluster.account", "cluster", FIELD_TEXT, NEEDED, { "account on the cluster", "集群账户" },
	  .example = "6c71a0", .offset = AT(cluster.account) },
	{ "cluster.accounts", "cluster", FIELD_TEXTS, OPTIONAL, { "further accounts", "其他集群账户" },
	  .example = "[6c71a1, 6c71a2]", .offset = AT(cluster.more_accounts),
	  .count_offset = AT(cluster.more_account_count) },
	{ "cluster.runaway_after", "cluster", FIELD_QUANTITY, OPTIONAL,
	  { "jobs no longer listed are parked after", "失联作业暂存时限" },
	  .example = "7 days", .least = "1 hour", .most = "365 days", .fallback = "7 days", .unit = UNIT_DURATION,
	  .offset = AT(cluster.runaway_after_seconds) },
	{ "optional", "optional", FIELD_MAP, OPTIONAL, .label = { "optional terms", "选择条款" } },
	{ "optional.availability", "1.2", FIELD_MAP, OPTIONAL, .label = { "availability", "可用性" } },
	{ "optional.availability.promise", "1.2", FIELD_RATE, NEEDED, { "availability promised in a month", "每月可用性承诺" },
	  .example = "99.5 %", .least = "1", .most = "100", .unit = UNIT_PERCENT, .store = STORE_NOTHING },
	{ "optional.availability.credits", "1.2", FIELD_MAPS, NEEDED, { "service credit", "服务抵扣" },
	  .store = STORE_NOTHING },
	{ "optional.availability.credits[].below", "1.2", FIELD_RATE, NEEDED, { "availability below", "可用性低于" },
	  .example = "99.5 %", .least = "0.01", .most = "100", .unit = UNIT_PERCENT, .store = STORE_NOTHING },
	{ "optional.availability.credits[].credit", "1.2", FIELD_RATE, NEEDED,
	  { "credit, of the month's fees", "抵扣（占当月费用）" },
	  .example = "5 %", .least = "0.01", .most = "100", .unit = UNIT_PERCENT, .store = STORE_NOTHING },
	{ "optional.damages", "optional", FIELD_MAP, OPTIONAL, .label = { "damages", "损害赔偿" } },
	{ "optional.damages.late_delivery", "1.1", FIELD_RATE, OPTIONAL,
	  { "for late delivery, of the total", "迟延交付（占费用总额）" },
	  .example = "0.05 %/day", .least = "0", .most = "1", .unit = UNIT_PERCENT_PER_DAY, .store = STORE_NOTHING },
	{ "optional.damages.shortfall", "1.2", FIELD_RATE, OPTIONAL,
	  { "for a shortfall, of the resource's fees", "性能不足（占该项费用）" },
	  .example = "10 %", .least = "0", .most = "100", .unit = UNIT_PERCENT, .store = STORE_NOTHING },
	{ "optional.damages.late_repair", "6.2", FIELD_PRICE, OPTIONAL, { "for late repair", "迟延修复" },
	  .example = "1000.00 CNY/hour", .least = "0", .most = "10000000", .per = PER_HOUR, .store = STORE_NOTHING },
	{ "optional.damages.disclosure", "4.2", FIELD_MONEY, OPTIONAL, { "for disclosure", "泄密" },
	  .example = "500000.00 CNY", .least = "0", .most = "1000000000000", .store = STORE_NOTHING },
	{ "optional.damages.cap", "optional", FIELD_RATE, OPTIONAL, { "cap of damages, of the total", "赔偿上限（占费用总额）" },
	  .example = "30 %", .least = "0.01", .most = "1000", .unit = UNIT_PERCENT, .store = STORE_NOTHING },
	{ "optional.deposit", "3.3", FIELD_MONEY, OPTIONAL, { "deposit", "保证金" },
	  .example = "500000.00 CNY", .least = "0", .most = "1000000000000", .store = STORE_NOTHING },
	{ "optional.suspension_notice", "8.1", FIELD_QUANTITY, OPTIONAL, { "notice before a suspension", "暂停服务前通知" },
	  .example = "3 days", .least = "0 days", .most = "365 days", .unit = UNIT_DAYS, .store = STORE_NOTHING },
	{ "optional.exercise_within", "7.2", FIELD_QUANTITY, OPTIONAL,
	  { "a right to rescind is exercised within", "解除权行使期限" },
	  .example = "12 months", .least = "1 month", .most = "60 months", .unit = UNIT_MONTHS,
	  .store = STORE_NOTHING },
	{ "optional.disputes", "optional", FIELD_MAP, OPTIONAL, .label = { "disputes", "争议解决" } },
	{ "optional.disputes.law", "optional", FIELD_TEXT, OPTIONAL, { "law", "适用法律" },
	  .example = "中华人民共和国法律", .store = STORE_NOTHING },
	{ "optional.disputes.forum", "optional", FIELD_CHOICE, NEEDED, { "decided by", "解决方式" },
	  .example = "court", .choices = forums, .store = STORE_NOTHING },
	{ "optional.disputes.place", "optional", FIELD_TEXT, NEEDED, { "place", "地点" },
	  .example = "福建省福州市", .store = STORE_NOTHING },
	{ "optional.counterparts", "optional", FIELD_WHOLE, OPTIONAL, { "counterparts", "份数" },
	  .example = "4", .least = "2", .most = "100", .store = STORE_NOTHING },
};

const size_t field_count = sizeof(fields) / sizeof(fields[0]);
_Static_assert(sizeof(fields) / sizeof(fields[0]) <= FIELDS_MAX, "FIELDS_MAX");

size_t field_number(const struct field *field)
{
	return (size_t)(field - fields);
}

struct str field_key(const struct field *field)
{
	struct str path = str_of(field->path);
	size_t begin = path.length;

	while (begin > 0 && path.at[begin - 1] != '.')
		begin--;
	return str_part(path, begin, path.length);
}

/* The path without its key: "datasets[]" of datasets[].name; empty at the top. */
static struct str path_before_key(const struct field *field)
{
	struct str path = str_of(field->path), key = field_key(field);

	return str_part(path, 0, path.length > key.length ? path.length - key.length - 1 : 0);
}

bool field_is_child(const struct field *parent, const struct field *child)
{
	struct str before = path_before_key(child), path = str_of(parent ? parent->path : "");

	if (str_ends(before, STR("[]")))
		before.length -= 2;
	return str_equal(before, path);
}

const struct field *field_child(const struct field *parent, struct str key)
{
	/* The key ends the path: most fields are told apart by that alone. */
	for (size_t i = 0; i < field_count; i++)
		if (str_ends(str_of(fields[i].path), key) && str_equal(field_key(&fields[i]), key) &&
		    field_is_child(parent, &fields[i]))
			return &fields[i];
	return NULL;
}

const struct field *field_of(const char *path)
{
	for (size_t i = 0; i < field_count; i++)
		if (str_is(str_of(fields[i].path), path))
			return &fields[i];
	abort();
}

struct str price_unit(struct arena *arena, const struct field *field, struct str currency, struct str data_unit)
{
	switch (field->per) {
	case PER_NOTHING:
		break;
	case PER_GPU_HOUR:
		return arena_format(arena, "%.*s/GPU-hour", (int)currency.length, currency.at);
	case PER_DATA_MONTH:
		return arena_format(arena, "%.*s/%.*s/month", (int)currency.length, currency.at, (int)data_unit.length,
				    data_unit.at);
	case PER_HOUR:
		return arena_format(arena, "%.*s/hour", (int)currency.length, currency.at);
	}
	return currency;
}
