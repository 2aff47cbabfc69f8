#include "render/pdf.h"

#include <cairo-pdf.h>
#include <errno.h>
#include <string.h>

#include "render/flow.h"

static cairo_status_t bytes_take(void *closure, const unsigned char *bytes, unsigned length)
{
	struct buf *out = closure;

	buf_add(out, bytes, length);
	return out->overflowed ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static void metadata_put(cairo_surface_t *surface, struct arena *arena, cairo_pdf_metadata_t name, struct str value)
{
	cairo_pdf_surface_set_metadata(surface, name, arena_cstr(arena, value));
}

/* The document's own day stands for the time of making, so that no clock shows in the bytes. */
static void metadata_set(cairo_surface_t *surface, struct arena *arena, const struct document *document)
{
	struct str made = arena_format(arena, "%sT00:00:00Z", arena_cstr(arena, day_text(arena, document->date)));
	struct str author = STR("");

	if (document->parties.count)
		author = text_joined(arena, document->parties.list[0].lines.list[0], " ");
	metadata_put(surface, arena, CAIRO_PDF_METADATA_TITLE, text_joined(arena, document->title, " "));
	metadata_put(surface, arena, CAIRO_PDF_METADATA_SUBJECT,
		     arena_format(arena, "%s %s", arena_cstr(arena, document->kind),
				  arena_cstr(arena, document->number)));
	metadata_put(surface, arena, CAIRO_PDF_METADATA_AUTHOR, author);
	metadata_put(surface, arena, CAIRO_PDF_METADATA_CREATOR, STR("trainlease"));
	metadata_put(surface, arena, CAIRO_PDF_METADATA_CREATE_DATE, made);
	metadata_put(surface, arena, CAIRO_PDF_METADATA_MOD_DATE, made);
}

static bool flow_onto_paper(struct flow *flow, cairo_surface_t *surface)
{
	bool flowed;

	flow->paper = cairo_create(surface);
	flowed = flow_document(flow);
	if (flowed)
		cairo_show_page(flow->paper);
	cairo_destroy(flow->paper);
	flow->paper = NULL;
	return flowed;
}

static bool surface_make(struct flow *flow, struct buf *out)
{
	cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(bytes_take, out, 210 * MM, 297 * MM);
	cairo_status_t status;
	bool flowed;

	metadata_set(surface, flow->arena, flow->document);
	flowed = flow_onto_paper(flow, surface);
	cairo_surface_finish(surface);
	status = cairo_surface_status(surface);
	cairo_surface_destroy(surface);
	if (flowed && status != CAIRO_STATUS_SUCCESS)
		return fault_say(flow->fault, FAULT_PDF, STR(""), str_of(cairo_status_to_string(status)), STR(""));
	return flowed;
}

bool pdf_make(struct press *press, struct arena *arena, const struct document *document, struct buf *out,
	      struct fault *fault)
{
	struct flow flow = { .press = press, .arena = arena, .document = document, .fault = fault };
	bool made;

	flow.plans = arena_many(arena, document->section_count, struct table_plan *);
	press_begin(press);
	made = flow_document(&flow);
	flow.pages = flow.page;
	made = made && (press_narrow(press) || fault_say(fault, FAULT_PDF, STR(""), str_of(strerror(errno)), STR("")));
	made = made && surface_make(&flow, out);
	press_end(press);
	return made;
}
