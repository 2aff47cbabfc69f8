/*
 * Chinese capitals for amounts (大写), as banks and accountants require them: 支付结算办法 annex 1, 会计基础工作规范
 * art. 52. 整 stands after 元 and after 角, never after 分.
 */
#ifndef BASE_CAPITALS_H
#define BASE_CAPITALS_H

#include "base/arena.h"
#include "base/money.h"

/* "人民币壹仟肆佰零玖元伍角整" for 1409.50; negative amounts have 负 after 人民币. */
struct str capitals_write(struct arena *arena, struct money amount);

/* Every form of the same value: without 人民币, 正 for 整, 圆 for 元, 整 left out after 角, 零 left out or put in
 * where that is optional, white space around. False when TEXT is no such amount. */
bool capitals_read(struct arena *arena, struct str text, struct money *amount) MUST_USE;

#endif
