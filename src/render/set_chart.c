/* Bars over a baseline, for days of a month and the like. Floating point places ink; every number shown is exact. */
#include "render/flow.h"

#include <math.h>

static const struct type type_axis = { FACE_SANS, INK_GREY, 6.5, 6.5, 0.86 };
static const struct type type_peak = { FACE_SANS, INK_BLACK, 6.5, 6.5, 0.86 };

#define PLOT_HEIGHT (28 * MM)
#define LABEL_ROOM  (5 * MM)

enum { INTERVALS_MAX = 4 };

/* The scale's ticks are FIRST to LAST times MANTISSA x 10^exponent. */
struct scale {
	int64_t mantissa, first, last;
	int exponent;
	double step;
};

static double decimal_place(struct decimal value)
{
	return (double)value.mantissa / (double)power_of_ten(value.places);
}

/* The roundest step, 1, 2 or 5 times a power of ten, that reaches over all bars in few intervals. */
static struct scale scale_of(const struct chart *chart)
{
	static const int64_t mantissas[] = { 1, 2, 5 };
	double most = 0, least = 0;

	for (size_t i = 0; i < chart->bar_count; i++) {
		most = fmax(most, decimal_place(chart->bars[i].value));
		least = fmin(least, decimal_place(chart->bars[i].value));
	}
	for (int exponent = -DECIMAL_PLACES_MAX;; exponent++)
		for (int i = 0; i < 3; i++) {
			struct scale scale = { .mantissa = mantissas[i], .exponent = exponent };

			scale.step = (double)mantissas[i] * pow(10, exponent);
			if ((most - least) / scale.step > INTERVALS_MAX)
				continue;
			scale.first = (int64_t)floor(least / scale.step);
			scale.last = (int64_t)ceil(most / scale.step);
			if (scale.last - scale.first <= INTERVALS_MAX && scale.last > scale.first)
				return scale;
			if (most <= least)
				return (struct scale){ .mantissa = 1, .last = 1, .step = 1 };
		}
}

static struct str tick_text(struct arena *arena, const struct scale *scale, int64_t tick)
{
	wide value = (wide)tick * scale->mantissa;

	if (scale->exponent < 0 && tick)
		return ratio_text(arena, value, power_of_ten((unsigned)-scale->exponent), (unsigned)-scale->exponent);
	for (int i = 0; i < scale->exponent; i++)
		value *= 10;
	return grouped_text(arena, wide_text(arena, value));
}

struct plot {
	struct flow *flow;
	const struct chart *chart;
	struct scale scale;
	double left, width, top, pitch;
};

static double plot_y(const struct plot *plot, double value)
{
	double span = (double)(plot->scale.last - plot->scale.first) * plot->scale.step;

	return plot->top + PLOT_HEIGHT * ((double)plot->scale.last * plot->scale.step - value) / span;
}

static double bar_middle(const struct plot *plot, size_t bar)
{
	return plot->left + ((double)bar + 0.5) * plot->pitch;
}

/* The axis takes the width of its widest label. */
static void axis_set(struct plot *plot)
{
	struct flow *flow = plot->flow;
	double widest = 0;

	for (int64_t tick = plot->scale.first; tick <= plot->scale.last; tick++) {
		press_lay_line(flow->press, tick_text(flow->arena, &plot->scale, tick), &type_axis);
		widest = fmax(widest, press_width(flow->press));
	}
	plot->left = flow->left + widest + 1.5 * MM;
	plot->width = flow->right - plot->left;
	plot->pitch = plot->width / (double)plot->chart->bar_count;
	for (int64_t tick = plot->scale.first; tick <= plot->scale.last; tick++) {
		double y = plot_y(plot, (double)tick * plot->scale.step);

		press_lay_line(flow->press, tick_text(flow->arena, &plot->scale, tick), &type_axis);
		flow_show(flow, plot->left - 1.5 * MM - press_width(flow->press),
			  y - press_baseline(flow->press) + type_axis.size * 0.36);
		flow_rule(flow, plot->left, flow->right, y, tick == 0 ? 0.6 : 0.25, tick == 0 ? INK_GREY : INK_PALE);
	}
}

static void show_bars(struct plot *plot)
{
	double thickness = fmin(plot->pitch * 0.66, 9 * MM);

	for (size_t i = 0; i < plot->chart->bar_count; i++) {
		double zero = plot_y(plot, 0), end = plot_y(plot, decimal_place(plot->chart->bars[i].value));

		flow_fill(plot->flow, bar_middle(plot, i) - thickness / 2, fmin(zero, end), thickness, fabs(end - zero),
			  INK_BAR);
	}
}

/* Every how many bars a label fits. */
static size_t label_stride(struct plot *plot)
{
	double widest = 0;

	for (size_t i = 0; i < plot->chart->bar_count; i++) {
		press_lay_line(plot->flow->press, plot->chart->bars[i].label, &type_axis);
		widest = fmax(widest, press_width(plot->flow->press));
	}
	return (size_t)ceil((widest + 2) / plot->pitch);
}

static void show_centred(struct plot *plot, double middle, double y)
{
	double half = press_width(plot->flow->press) / 2;
	double least = plot->flow->left + half, most = plot->flow->right - half;

	flow_show(plot->flow, fmax(least, fmin(most, middle)) - half, y);
}

static void show_labels(struct plot *plot)
{
	size_t stride = label_stride(plot);

	for (size_t i = 0; i < plot->chart->bar_count; i += stride) {
		press_lay_line(plot->flow->press, plot->chart->bars[i].label, &type_axis);
		show_centred(plot, bar_middle(plot, i), plot->top + PLOT_HEIGHT + 0.8 * MM);
	}
}

static double value_lay(const struct plot *plot, size_t bar)
{
	struct arena *arena = plot->flow->arena;
	struct str shown = grouped_text(arena, decimal_text(arena, plot->chart->bars[bar].value));

	return press_lay_line(plot->flow->press, shown, &type_peak);
}

/* The value over each bar where all fit, else over the highest only. */
static void show_values(struct plot *plot)
{
	const struct chart *chart = plot->chart;
	size_t peak = 0;
	double widest = 0;

	for (size_t i = 0; i < chart->bar_count; i++) {
		value_lay(plot, i);
		widest = fmax(widest, press_width(plot->flow->press));
		if (decimal_compare(chart->bars[i].value, chart->bars[peak].value) > 0)
			peak = i;
	}
	for (size_t i = 0; i < chart->bar_count; i++) {
		double height;

		if (i != peak && widest + 2 > plot->pitch)
			continue;
		height = value_lay(plot, i);
		show_centred(plot, bar_middle(plot, i),
			     plot_y(plot, fmax(0, decimal_place(chart->bars[i].value))) - height);
	}
}

bool set_chart(struct flow *flow, const struct chart *chart)
{
	struct plot plot = { .flow = flow, .chart = chart, .scale = scale_of(chart) };
	struct text unit = flow_word(flow, WORD_UNIT, chart->unit.main,
				     chart->unit.beside.length ? chart->unit.beside : chart->unit.main);
	double height;

	if (!set_heading(flow, chart->title, PLOT_HEIGHT + 2 * LABEL_ROOM + 4 * MM))
		return false;
	height = press_lay(flow->press, unit, &type_small, PAIR_BESIDE, flow_width(flow), ALIGN_LEFT);
	flow_show(flow, flow->left, flow->y);
	plot.top = flow->y + height + LABEL_ROOM - 2 * MM;
	axis_set(&plot);
	show_bars(&plot);
	show_labels(&plot);
	show_values(&plot);
	flow->y = plot.top + PLOT_HEIGHT + LABEL_ROOM;
	return true;
}
