#include "notify/password.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool refuse(struct problems *problems, const char *path, int error)
{
	return problem_say(problems, REFUSAL_NOTIFY_PASSWORD_FILE, STR(""), str_of(path), str_of(strerror(error)),
			   STR(""));
}

/* One byte more than fits is read, to see that the file is too long. */
static bool file_read(int file, const char *path, struct password *password, struct problems *problems)
{
	size_t length = 0;
	struct stat status;
	ssize_t count;

	if (fstat(file, &status) < 0)
		return refuse(problems, path, errno);
	if (status.st_mode & S_IRWXO)
		return problem_say(problems, REFUSAL_NOTIFY_PASSWORD_OPEN, STR(""), str_of(path), STR(""), STR(""));
	while ((count = read(file, password->text + length, sizeof(password->text) - length)) > 0)
		length += (size_t)count;
	if (count < 0)
		return refuse(problems, path, errno);
	if (length == sizeof(password->text))
		return refuse(problems, path, EFBIG);
	while (length > 0 && (password->text[length - 1] == '\n' || password->text[length - 1] == '\r'))
		length--;
	password->text[length] = '\0';
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)password->text[i] < ' ')
			return refuse(problems, path, EINVAL);
	return length > 0 || refuse(problems, path, ENODATA);
}

bool password_read(const char *path, struct password *password, struct problems *problems)
{
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	bool done;

	if (file < 0)
		return refuse(problems, path, errno);
	done = file_read(file, path, password, problems);
	close(file);
	return done;
}

void password_wipe(struct password *password)
{
	explicit_bzero(password->text, sizeof(password->text));
}
