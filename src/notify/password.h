/* A password's file: one line, not readable by everybody. The password is never logged, nor part of a problem. */
#ifndef NOTIFY_PASSWORD_H
#define NOTIFY_PASSWORD_H

#include "base/problem.h"

enum { PASSWORD_BYTES_MAX = 1024 };

struct password {
	char text[PASSWORD_BYTES_MAX];     /* NUL-terminated */
};

bool password_read(const char *path, struct password *password, struct problems *problems) MUST_USE;
void password_wipe(struct password *password);

#endif
