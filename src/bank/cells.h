/* What stands in one cell of a Chinese bank's CSV, as e-banking and spreadsheets write it. */
#ifndef BANK_CELLS_H
#define BANK_CELLS_H

#include "base/arena.h"
#include "base/civil.h"
#include "base/str.h"

/* Without spaces of every width around it and without a spreadsheet's guard before long numbers ('123, ="123"); empty
 * where only dashes stand for nothing. A view of CELL. */
struct str cell_clean(struct str cell);

/* Full-width letters, digits and signs as ASCII ones, ideographic spaces as spaces. CELL itself where it has none. */
struct str cell_narrow(struct arena *arena, struct str cell);

/* A header's name or a label as it is compared: narrow, no spaces, capitals small, 帐 as 账, and without an English name
 * in brackets after it. */
struct str cell_name(struct arena *arena, struct str cell);

/* An amount as bank_minor_read takes it: narrow, without ¥, 元 or letters of a currency around it, or spaces. */
struct str cell_number(struct arena *arena, struct str cell);

/* 20171020, 2017-10-20, 2017/10/20, 2017.10.20, 2017年10月20日; what follows must be a time and goes to *TIME. */
bool cell_day(struct arena *arena, struct str cell, day_number *day, struct str *time) MUST_USE;

/* ISO 4217 of 人民币, RMB, 156, USD, 港元 and the like. */
bool cell_currency(struct arena *arena, struct str cell, struct str *currency) MUST_USE;

/* 借 and 支出 are money going out, 贷 and 收入 money coming in: the bank's view of the account. */
bool cell_direction(struct arena *arena, struct str cell, bool *credit) MUST_USE;

/* 6.22848E+18: a spreadsheet took the number for a quantity and dropped its digits. */
bool cell_rounded(struct str cell);

#endif
