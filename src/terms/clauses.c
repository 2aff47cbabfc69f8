/* The clauses' names, and what else the words of an agreement mean apart from any one agreement. */
#include "terms/terms.h"

struct clause_name {
	const char *clause;
	const char *title[2];
};

static const struct clause_name clauses[] = {
	{ "file", { "agreement", "协议" } },
	{ "parties", { "parties", "当事人" } },
	{ "recital", { "recital", "鉴于" } },
	{ "1.1", { "resources", "租赁资源" } },
	{ "1.1(1)", { "compute", "计算资源" } },
	{ "1.1(2)", { "storage", "存储资源" } },
	{ "1.1(3)", { "data sets", "数据集" } },
	{ "1.1(4)", { "software", "软件" } },
	{ "1.2", { "warranty", "质量保证" } },
	{ "2.1", { "term", "租赁期限" } },
	{ "2.2", { "renewal", "续租" } },
	{ "3.1", { "fees", "租赁费用" } },
	{ "3.1(1)", { "compute fee", "计算资源租赁费" } },
	{ "3.1(2)", { "storage fee", "存储资源租赁费" } },
	{ "3.1(3)", { "data-set fee", "数据集使用费" } },
	{ "3.1(4)", { "software fee", "软件使用费" } },
	{ "3.2", { "total", "费用总额" } },
	{ "3.3", { "payment", "付款" } },
	{ "3.4", { "late payment", "逾期付款" } },
	{ "4.1", { "permitted use", "使用限制" } },
	{ "4.2", { "confidentiality", "保密" } },
	{ "5.1", { "models", "模型权属" } },
	{ "5.2", { "parts", "组成部分权属" } },
	{ "5.3", { "limit", "使用界限" } },
	{ "6.1", { "support", "技术支持" } },
	{ "6.2", { "maintenance", "维护" } },
	{ "6.3", { "upgrades", "升级" } },
	{ "7.1", { "expiry", "期满终止" } },
	{ "7.2", { "rescission", "解除" } },
	{ "7.2(1)", { "rescission for breach", "违约解除" } },
	{ "7.2(2)", { "rescission for insolvency", "破产解除" } },
	{ "7.2(3)", { "rescission for force majeure", "不可抗力解除" } },
	{ "7.3", { "after rescission", "解除后的处理" } },
	{ "8.1", { "late payment", "逾期付款违约" } },
	{ "cluster", { "cluster", "集群" } },
	{ "optional", { "optional", "选择条款" } },
};

const char *clause_title(struct str clause, enum language language)
{
	for (size_t i = 0; i < sizeof(clauses) / sizeof(clauses[0]); i++)
		if (str_is(clause, clauses[i].clause))
			return clauses[i].title[language];
	return "";
}

static bool is_letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Takes the next letter or digit off *REST, in lower case; 0 at the end. */
static char next_letter(struct str *rest)
{
	while (rest->length) {
		char c = rest->at[0];

		*rest = str_part(*rest, 1, rest->length);
		if (is_letter_or_digit(c))
			return lower(c);
	}
	return '\0';
}

static struct str maker_dropped(struct str model)
{
	struct str rest = model, maker = STR("nvidia");

	for (size_t i = 0; i < maker.length; i++)
		if (next_letter(&rest) != maker.at[i])
			return model;
	return rest;
}

bool gpu_model_matches(struct str agreed, struct str reported)
{
	char a, b;

	if (agreed.length == 0)
		return true;
	agreed = maker_dropped(agreed);
	reported = maker_dropped(reported);
	do {
		a = next_letter(&agreed);
		b = next_letter(&reported);
	} while (a && a == b);
	return a == b;
}
