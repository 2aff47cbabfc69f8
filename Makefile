# The two commands of a newcomer: `make run` and `make test`. Meson and Ninja do the building.

BUILD = build

all: $(BUILD)/build.ninja
	@ninja -C $(BUILD)

$(BUILD)/build.ninja:
	@scripts/install-packages build
	@meson setup $(BUILD)

# Installs what is missing, builds, and shows a lease at work.
run: all
	@scripts/first-look $(BUILD)/trainlease

# Every test, with AddressSanitizer and UndefinedBehaviorSanitizer; ends with `N passed, N failed`.
test:
	@scripts/install-packages build test
	@scripts/run-tests

# What a developer runs before a commit: both compilers, tests, fuzz corpora.
check:
	@scripts/install-packages build test
	@CC=clang meson setup build-clang --reconfigure >/dev/null 2>&1 || CC=clang meson setup build-clang -Db_lto=false
	@ninja -C build-clang
	@scripts/run-tests

# make fuzz [SECONDS=60]: each fuzzer in turn.
SECONDS = 60
fuzz:
	@scripts/install-packages build test
	@scripts/run-fuzzers $(SECONDS)

# make bench [ROWS=10000000]
ROWS = 10000000
bench: all
	@bench/run $(ROWS)

install: all
	@meson install -C $(BUILD)

clean:
	@rm -rf build build-*

.PHONY: all run test check fuzz bench install clean
