#include "render/xlsx.h"

#include <math.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "render/sheet.h"

enum {
	DIGITS_EXACT_MAX = 15,       /* that a double keeps of any decimal number */
	GRID_COLUMNS_LEAST = 6,
	LABEL_WIDTH_MAX = 28,
	PORTRAIT_WIDTH_MAX = 130,
	PAPER_A4 = 9,
	LINE_HEIGHT = 15,            /* in points */
	ROW_HEIGHT_MAX = 409,        /* that spreadsheets allow */
};

void sheet_note(struct sheet *sheet, lxw_error error)
{
	if (sheet->error == LXW_NO_ERROR)
		sheet->error = error;
}

void sheet_string(struct sheet *sheet, lxw_row_t row, lxw_col_t column, struct str text, lxw_format *format)
{
	if (text.length)
		sheet_note(sheet, worksheet_write_string(sheet->page, row, column, arena_cstr(sheet->arena, text),
							 format));
	else
		sheet_note(sheet, worksheet_write_blank(sheet->page, row, column, format));
}

double decimal_double(struct arena *arena, struct decimal value)
{
	return strtod(arena_cstr(arena, decimal_text(arena, value)), NULL);
}

void sheet_row_lines(struct sheet *sheet, lxw_row_t row, double lines)
{
	double height = fmin(lines * LINE_HEIGHT, ROW_HEIGHT_MAX);

	sheet_note(sheet, worksheet_set_row(sheet->page, row, height, NULL));
}

static void text_put(struct sheet *sheet, lxw_col_t column, struct text text, lxw_format *format)
{
	sheet_string(sheet, sheet->row, column, text_joined(sheet->arena, text, " "), format);
}

/* ---- the parts before and after tables ---- */

static struct text word(const struct sheet *sheet, const char *chinese, const char *english)
{
	if (!sheet->document->chinese)
		return (struct text){ str_of(english), STR("") };
	return (struct text){ str_of(chinese), sheet->document->english ? str_of(english) : STR("") };
}

static void head_put(struct sheet *sheet)
{
	const struct document *document = sheet->document;

	sheet_string(sheet, sheet->row++, 0, document->title.main, sheet->title);
	if (document->title.beside.length)
		sheet_string(sheet, sheet->row++, 0, document->title.beside, sheet->grey);
	if (document->subtitle.main.length) {
		text_put(sheet, 0, document->subtitle, sheet->grey);
		sheet->row++;
	}
	text_put(sheet, 0, word(sheet, "编号", "No."), sheet->grey);
	sheet_string(sheet, sheet->row++, 1, document->number, sheet->plain);
	text_put(sheet, 0, word(sheet, "日期", "Date"), sheet->grey);
	sheet_string(sheet, sheet->row++, 1, day_text(sheet->arena, document->date), sheet->plain);
}

/* Labels in the first column, their lines in the second. */
static void parties_put(struct sheet *sheet)
{
	const struct block_list *blocks = &sheet->document->parties;

	for (size_t i = 0; i < blocks->count; i++) {
		const struct block *block = &blocks->list[i];

		text_put(sheet, 0, block->label, sheet->grey);
		for (size_t j = 0; j < block->lines.count; j++) {
			text_put(sheet, 1, block->lines.list[j], j == 0 ? sheet->bold : sheet->plain);
			sheet->row++;
		}
	}
}

static void details_put(struct sheet *sheet)
{
	for (size_t i = 0; i < sheet->document->detail_count; i++) {
		text_put(sheet, 0, sheet->document->details[i].label, sheet->grey);
		text_put(sheet, 1, sheet->document->details[i].value, sheet->plain);
		sheet->row++;
	}
}

static void chart_put(struct sheet *sheet, const struct chart *chart)
{
	struct column number = { .type = COLUMN_DECIMAL };
	lxw_format *format = workbook_add_format(sheet->book);

	for (size_t i = 0; i < chart->bar_count; i++)
		if (chart->bars[i].value.places > number.places)
			number.places = chart->bars[i].value.places;
	format_set_num_format(format, number_format(sheet->arena, number.places));
	text_put(sheet, 0, chart->title, sheet->bold);
	sheet->row++;
	text_put(sheet, 1, chart->unit, sheet->grey);
	sheet->row++;
	for (size_t i = 0; i < chart->bar_count; i++) {
		sheet_string(sheet, sheet->row, 0, chart->bars[i].label, sheet->plain);
		sheet_note(sheet, worksheet_write_number(sheet->page, sheet->row++, 1,
							 decimal_double(sheet->arena, chart->bars[i].value), format));
	}
}

/* A paragraph runs over all columns; programs don't find the height of merged cells themselves. */
static void paragraph_put(struct sheet *sheet, struct str text, double grid_width)
{
	if (text.length == 0)
		return;
	sheet_row_lines(sheet, sheet->row, ceil(utf8_columns(text) / grid_width));
	sheet_note(sheet, worksheet_merge_range(sheet->page, sheet->row, 0, sheet->row, sheet->last_column,
						arena_cstr(sheet->arena, text), sheet->wrapped));
	sheet->row++;
}

static void prose_put(struct sheet *sheet, const struct prose *prose, double grid_width)
{
	if (prose->title.main.length) {
		text_put(sheet, 0, prose->title, sheet->bold);
		sheet->row++;
	}
	for (size_t i = 0; i < prose->paragraphs.count; i++) {
		paragraph_put(sheet, prose->paragraphs.list[i].main, grid_width);
		paragraph_put(sheet, prose->paragraphs.list[i].beside, grid_width);
	}
}

static void signature_put(struct sheet *sheet, const struct block_list *blocks)
{
	for (size_t i = 0; i < blocks->count; i++) {
		text_put(sheet, 0, blocks->list[i].label, sheet->bold);
		sheet->row++;
		for (size_t j = 0; j < blocks->list[i].lines.count; j++, sheet->row++)
			text_put(sheet, 0, blocks->list[i].lines.list[j], sheet->plain);
	}
}

static void verify_put(struct sheet *sheet)
{
	const struct document *document = sheet->document;

	text_put(sheet, 0, document->verify_label, sheet->grey);
	sheet->row++;
	sheet_string(sheet, sheet->row++, 0, document->verify_text, sheet->plain);
	sheet_string(sheet, sheet->row++, 0, document->verify_head, sheet->plain);
}

/* ---- the page ---- */

/* The only table, or NULL. */
static const struct table *table_only(const struct document *document)
{
	const struct table *only = NULL;

	for (size_t i = 0; i < document->section_count; i++) {
		if (document->sections[i].kind != SECTION_TABLE)
			continue;
		if (only)
			return NULL;
		only = &document->sections[i].table;
	}
	return only;
}

/* The row HEAD stays in view and is printed on each page. */
static void head_freeze(struct sheet *sheet, lxw_row_t head)
{
	sheet_note(sheet, worksheet_repeat_rows(sheet->page, head, head));
	if (head < FROZEN_ROWS_MAX)
		worksheet_freeze_panes(sheet->page, head + 1, 0);
}

/* The first column holds labels as well: their widest, within reason. */
static double label_width(struct sheet *sheet, const struct block_list *blocks, double least)
{
	for (size_t i = 0; i < blocks->count; i++) {
		double columns = utf8_columns(text_joined(sheet->arena, blocks->list[i].label, " ")) + 2;

		least = columns > least ? columns : least;
	}
	return least < LABEL_WIDTH_MAX ? least : LABEL_WIDTH_MAX;
}

static double labels_width(struct sheet *sheet)
{
	const struct document *document = sheet->document;
	struct block_list details = { arena_many(sheet->arena, document->detail_count, struct block),
				      document->detail_count };
	double least = 12;

	for (size_t i = 0; i < details.count; i++)
		details.list[i].label = document->details[i].label;
	least = label_width(sheet, &details, least);
	return label_width(sheet, &document->parties, least);
}

/* The width of the whole grid. */
static double widths_set(struct sheet *sheet)
{
	const struct document *document = sheet->document;
	size_t count = GRID_COLUMNS_LEAST;
	double whole = 0;

	sheet->widths[0] = labels_width(sheet);
	for (size_t i = 0; i < document->section_count; i++) {
		if (document->sections[i].kind != SECTION_TABLE)
			continue;
		sheet_table_widths(sheet, &document->sections[i].table);
		if (document->sections[i].table.column_count > count)
			count = document->sections[i].table.column_count;
	}
	for (size_t i = 0; i < count; i++) {
		if (sheet->widths[i] <= 0)
			sheet->widths[i] = 14;
		whole += sheet->widths[i];
		sheet_note(sheet, worksheet_set_column(sheet->page, (lxw_col_t)i, (lxw_col_t)i, sheet->widths[i],
						       NULL));
	}
	sheet->last_column = (lxw_col_t)(count - 1);
	return whole;
}

/* '&' begins a command in a spreadsheet's footer. */
static void footer_set(struct sheet *sheet)
{
	const char *pages = sheet->document->chinese ? "第 &P 页 共 &N 页" : "page &P of &N";
	struct str number = sheet->document->number;
	struct buf footer;

	buf_init(&footer, 250);
	buf_add_str(&footer, STR("&L"));
	for (size_t i = 0; i < number.length; i++)
		buf_add_format(&footer, number.at[i] == '&' ? "&&" : "%c", number.at[i]);
	buf_add_format(&footer, "&R%s", pages);
	sheet_note(sheet, worksheet_set_footer(sheet->page, arena_cstr(sheet->arena, buf_str(&footer))));
	buf_free(&footer);
}

static void print_set(struct sheet *sheet, double grid_width)
{
	worksheet_set_paper(sheet->page, PAPER_A4);
	worksheet_fit_to_pages(sheet->page, 1, 0);
	worksheet_set_margins(sheet->page, 0.6, 0.6, 0.7, 0.8);
	if (grid_width > PORTRAIT_WIDTH_MAX)
		worksheet_set_landscape(sheet->page);
	footer_set(sheet);
}

static void sections_put(struct sheet *sheet, double grid_width)
{
	const struct document *document = sheet->document;
	const struct table *only = table_only(document);

	for (size_t i = 0; i < document->section_count; i++) {
		const struct section *section = &document->sections[i];

		sheet->row++;
		switch (section->kind) {
		case SECTION_TABLE:
			if (&section->table == only)
				head_freeze(sheet, sheet->row + (only->title.main.length ? 1 : 0));
			sheet_table(sheet, &section->table);
			break;
		case SECTION_CHART:
			chart_put(sheet, &section->chart);
			break;
		case SECTION_TEXT:
			prose_put(sheet, &section->prose, grid_width);
			break;
		case SECTION_SIGNATURE:
			signature_put(sheet, &section->signature);
			break;
		}
	}
}

static void document_put(struct sheet *sheet)
{
	double grid_width = widths_set(sheet);

	print_set(sheet, grid_width);
	head_put(sheet);
	sheet->row++;
	parties_put(sheet);
	sheet->row += sheet->document->parties.count ? 1 : 0;
	details_put(sheet);
	sections_put(sheet, grid_width);
	sheet->row++;
	if (sheet->document->has_verify)
		verify_put(sheet);
	if (sheet->document->footer.main.length)
		text_put(sheet, 0, sheet->document->footer, sheet->grey);
}

/* ---- the file ---- */

static bool digits_kept(struct decimal value)
{
	return value.mantissa < power_of_ten(DIGITS_EXACT_MAX) && value.mantissa > -power_of_ten(DIGITS_EXACT_MAX);
}

static bool table_digits_check(struct arena *arena, const struct table *table, size_t section, struct fault *fault)
{
	for (size_t i = 0; i < table->row_count; i++)
		for (size_t j = 0; j < table->column_count; j++) {
			const struct cell *cell = &table->rows[i].cells[j];

			if (!cell->filled || !column_is_number(&table->columns[j]) || digits_kept(cell->number))
				continue;
			return fault_say(fault, FAULT_XLSX_DIGITS,
					 arena_format(arena, "sections[%zu].rows[%zu].cells.%s", section, i,
						      arena_cstr(arena, table->columns[j].id)),
					 decimal_text(arena, cell->number), STR(""));
		}
	return true;
}

static bool digits_check(struct arena *arena, const struct document *document, struct fault *fault)
{
	for (size_t i = 0; i < document->section_count; i++)
		if (document->sections[i].kind == SECTION_TABLE &&
		    !table_digits_check(arena, &document->sections[i].table, i, fault))
			return false;
	return true;
}

/* Noon of the document's day stands for the time of making; never 0, for which the library would read the clock. */
static void properties_set(struct sheet *sheet)
{
	const struct document *document = sheet->document;
	struct block_list parties = document->parties;
	struct str author = parties.count ? text_joined(sheet->arena, parties.list[0].lines.list[0], " ") : STR("");
	struct str subject = arena_format(sheet->arena, "%s %s", arena_cstr(sheet->arena, document->kind),
					  arena_cstr(sheet->arena, document->number));
	lxw_doc_properties properties = {
		.title = arena_cstr(sheet->arena, text_joined(sheet->arena, document->title, " ")),
		.subject = arena_cstr(sheet->arena, subject),
		.author = arena_cstr(sheet->arena, author),
		.created = (time_t)document->date * DAY_SECONDS + DAY_SECONDS / 2,
	};

	sheet_note(sheet, workbook_set_properties(sheet->book, &properties));
}

static void formats_make(struct sheet *sheet)
{
	sheet->plain = workbook_add_format(sheet->book);
	sheet->wrapped = workbook_add_format(sheet->book);
	format_set_text_wrap(sheet->wrapped);
	format_set_align(sheet->wrapped, LXW_ALIGN_VERTICAL_TOP);
	sheet->bold = workbook_add_format(sheet->book);
	format_set_bold(sheet->bold);
	sheet->title = workbook_add_format(sheet->book);
	format_set_bold(sheet->title);
	format_set_font_size(sheet->title, 16);
	sheet->grey = workbook_add_format(sheet->book);
	format_set_font_color(sheet->grey, 0x666666);
}

bool xlsx_make(struct arena *arena, const struct document *document, const char *path, struct fault *fault)
{
	struct sheet sheet = { .arena = arena, .document = document };
	lxw_error closed;

	if (!digits_check(arena, document, fault))
		return false;
	sheet.book = workbook_new(path);
	sheet.page = sheet.book ? workbook_add_worksheet(sheet.book, "Document") : NULL;
	if (!sheet.page) {
		lxw_workbook_free(sheet.book);
		return fault_say(fault, FAULT_XLSX, STR(""), str_of(lxw_strerror(LXW_ERROR_MEMORY_MALLOC_FAILED)),
				 STR(""));
	}
	formats_make(&sheet);
	properties_set(&sheet);
	document_put(&sheet);
	closed = workbook_close(sheet.book);
	sheet_note(&sheet, closed);
	if (sheet.error == LXW_NO_ERROR)
		return true;
	return fault_say(fault, FAULT_XLSX, STR(""), str_of(lxw_strerror(sheet.error)), STR(""));
}
