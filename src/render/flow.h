/*
 * Pages: where on the paper the next thing goes, and what is drawn there. Points from the top left corner.
 *
 * A document flows twice, first without paper, to count its pages and note its characters, then onto paper. What is
 * drawn without paper is nothing, so both times take the same way; numbers and days alone may be laid out only once.
 */
#ifndef RENDER_FLOW_H
#define RENDER_FLOW_H

#include "render/press.h"

#define MM (72 / 25.4)

enum word {
#define WORD(name, chinese, english) WORD_##name,
#include "render/words.def"
#undef WORD
};

struct table_plan;

struct flow {
	struct press *press;
	struct arena *arena;
	const struct document *document;
	struct fault *fault;
	cairo_t *paper;          /* NULL while pages are counted */
	bool letter;
	unsigned page, pages;    /* pages: 0 while they are counted */
	double left, right, top, bottom;
	double y;                /* where the next thing goes */
	struct str place;        /* of what is being set, for faults */
	size_t section;          /* its index */
	struct table_plan **plans;   /* of each section that is a table, once measured */
};

/* The program's own words in the document's languages; {1} and {2} are ONE and TWO. */
struct text flow_word(const struct flow *flow, enum word word, struct str one, struct str two);

double flow_width(const struct flow *flow);
bool flow_at_top(const struct flow *flow);

/* Room for HEIGHT points, on the next page if need be; a fault where no page has it. */
bool flow_need(struct flow *flow, double height) MUST_USE;
bool flow_fits(const struct flow *flow, double height);
void flow_break(struct flow *flow);

/* Vertical white, none at a page's top. */
void flow_skip(struct flow *flow, double height);

/* What the press laid out last, its top left corner at X, Y. */
void flow_show(struct flow *flow, double x, double y);
void flow_rule(struct flow *flow, double from, double to, double y, double thickness, enum ink ink);
void flow_fill(struct flow *flow, double x, double y, double width, double height, enum ink ink);

/* The document from its first page to its last. */
bool flow_document(struct flow *flow) MUST_USE;

/* A section's title, kept on one page with KEPT_WITH points of what follows. */
bool set_heading(struct flow *flow, struct text title, double kept_with) MUST_USE;
extern const struct type type_heading, type_small, type_body;

/* The parts, each in a file of its own. */
bool set_head(struct flow *flow) MUST_USE;
bool set_table(struct flow *flow, const struct table *table) MUST_USE;
bool set_chart(struct flow *flow, const struct chart *chart) MUST_USE;
bool set_prose(struct flow *flow, const struct prose *prose) MUST_USE;
bool set_signature(struct flow *flow, const struct block_list *blocks) MUST_USE;
/* The words about verifying, with the code beside them unless set_head has set it. */
bool set_verify(struct flow *flow) MUST_USE;
/* The code and the head's beginning beneath it, their top left corner at X, Y. */
#define CODE_SIDE (18 * MM)
bool set_verify_code(struct flow *flow, double x, double y, double *height) MUST_USE;

#endif
