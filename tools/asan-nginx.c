/*
 * Linked into the nginx of tools/asan.
 *
 * The sanitizers' options, for every process: nginx starts its successor (USR2)
 * without its environment.  A library may stand before the runtime, as some
 * tests preload one; what is leaked is valgrind's subject.
 *
 * And edges for `make fuzz-http`: the counters of what was instrumented lie in
 * a file that FUZZ_COUNTERS names, where the fuzzer reads and clears them.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE ((uintptr_t) 4096)

const char *__asan_default_options(void);
const char *__ubsan_default_options(void);
void __sanitizer_cov_8bit_counters_init(char *start, char *end);


const char *
__asan_default_options(void)
{
    return "log_path=" REPORTS "/report:detect_leaks=0:verify_asan_link_order=0"
           ":detect_odr_violation=0";
}


const char *
__ubsan_default_options(void)
{
    return "print_stacktrace=1";
}


/*
 * Before main(); of whole pages only, as others' data stands around them, and
 * of as many as the file has.
 */
void
__sanitizer_cov_8bit_counters_init(char *start, char *end)
{
    const char *name = getenv("FUZZ_COUNTERS");
    uintptr_t from = ((uintptr_t) start + PAGE - 1) & ~(PAGE - 1);
    uintptr_t to = (uintptr_t) end & ~(PAGE - 1);
    struct stat st;
    int fd;

    if (name == NULL || from >= to) {
        return;
    }
    fd = open(name, O_RDWR);
    if (fd == -1 || fstat(fd, &st) == -1) {
        abort();
    }
    if (to - from > (uintptr_t) st.st_size) {
        to = from + (uintptr_t) st.st_size;
    }
    if (mmap((void *) from, to - from, PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED) {
        abort();
    }
    close(fd);
}
