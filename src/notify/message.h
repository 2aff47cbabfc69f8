/*
 * A mail as bytes on the wire (RFC 5322, 2045, 2047): plain text in UTF-8, base64 in lines of 76. Pure, and the same
 * request gives the same bytes, so that a second try is recognised.
 */
#ifndef NOTIFY_MESSAGE_H
#define NOTIFY_MESSAGE_H

#include "base/buf.h"
#include "notify/request.h"

void message_write(struct arena *arena, const struct request *request, struct buf *out);

/* 2017-10-10T04:00:00Z -> "Tue, 10 Oct 2017 04:00:00 +0000" */
struct str message_date_text(struct arena *arena, instant at);

#endif
