#define _GNU_SOURCE // for the processors that a process may use
// What the runtime calls of MPI, as functions whose types are the same whichever MPI compiles them: Open MPI and MPICH differ in what a
// communicator or a request is, so a library that was compiled for one cannot call the other. Every function returns 0 or an error code of
// MPI, which simclr_mpi_error puts into words.
#include <mpi.h>

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define API __attribute__((visibility("default")))

enum { Bytes = 0, Float32 = 1, Float64 = 2, Int64 = 3 };

static MPI_Datatype type_of(int32_t type) {
    return type == Float32 ? MPI_FLOAT : type == Float64 ? MPI_DOUBLE : type == Int64 ? MPI_INT64_T : MPI_BYTE;
}

// Joins the other ranks. `cores` is how many processors this rank should compute with: those it may use, shared with the ranks of this
// machine that may use the same.
API int32_t simclr_mpi_start(int32_t* rank, int32_t* size, int32_t* cores) {
    // Open MPI would take over the signals by which .NET notices null references and divisions by zero.
    setenv("OMPI_MCA_opal_signal", "", 0);
    int given = 0;
    int code = MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &given);
    if (code != MPI_SUCCESS) {
        return code;
    }
    // A failure is an error code, which can be told, and not the end of the process.
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    int of_world = 0, ranks = 0, on_host = 0;
    MPI_Comm host;
    MPI_Comm_rank(MPI_COMM_WORLD, &of_world);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    code = MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &host);
    if (code != MPI_SUCCESS) {
        return code;
    }
    MPI_Comm_size(host, &on_host);
    cpu_set_t own, all;
    CPU_ZERO(&own);
    sched_getaffinity(0, sizeof own, &own);
    code = MPI_Allreduce(&own, &all, (int)sizeof own, MPI_BYTE, MPI_BOR, host);
    MPI_Comm_free(&host);
    const int share = CPU_COUNT(&all) / on_host, mine = CPU_COUNT(&own);
    *rank = of_world, *size = ranks, *cores = share < 1 ? 1 : share < mine ? share : mine;
    return code;
}

// The operations below only start; `request` says which one it is until simclr_mpi_wait has seen its end.

API int32_t simclr_mpi_begin_sum(void* values, int64_t count, int32_t type, void** request) {
    MPI_Request* started = malloc(sizeof(MPI_Request));
    *request = started;
    return MPI_Iallreduce(MPI_IN_PLACE, values, (int)count, type_of(type), MPI_SUM, MPI_COMM_WORLD, started);
}

API int32_t simclr_mpi_begin_gather(const void* values, void* all, int64_t count, int32_t type, void** request) {
    MPI_Request* started = malloc(sizeof(MPI_Request));
    *request = started;
    return MPI_Iallgather(values, (int)count, type_of(type), all, (int)count, type_of(type), MPI_COMM_WORLD, started);
}

API int32_t simclr_mpi_begin_broadcast(void* bytes, int64_t count, void** request) {
    MPI_Request* started = malloc(sizeof(MPI_Request));
    *request = started;
    return MPI_Ibcast(bytes, (int)count, MPI_BYTE, 0, MPI_COMM_WORLD, started);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

// Waits for an operation, at most so many seconds: -1 if it has not ended by then. A wait that takes long gives its core to others.
API int32_t simclr_mpi_wait(void* request, double seconds) {
    const double start = now();
    for (int64_t turn = 0;; turn++) {
        int done = 0;
        const int code = MPI_Test(request, &done, MPI_STATUS_IGNORE);
        if (code != MPI_SUCCESS || done) {
            free(request);
            return code;
        }
        if (turn < 200) {
            continue;
        }
        const double waited = now() - start;
        if (waited > seconds) {
            return -1;
        }
        if (waited < 0.01) {
            sched_yield();
        } else {
            const struct timespec pause = {0, 50000};
            nanosleep(&pause, NULL);
        }
    }
}

API void simclr_mpi_error(int32_t code, char* text, int32_t length) {
    char words[MPI_MAX_ERROR_STRING];
    int count = 0;
    MPI_Error_string(code, words, &count);
    strncpy(text, words, (size_t)length - 1);
    text[length - 1] = 0;
}

// The name and version of the MPI that this was compiled with.
API void simclr_mpi_version(char* text, int32_t length) {
    char words[MPI_MAX_LIBRARY_VERSION_STRING];
    int count = 0;
    MPI_Get_library_version(words, &count);
    strncpy(text, words, (size_t)length - 1);
    text[length - 1] = 0;
}

// Ends all ranks at once. MPI waits for hosts that it cannot reach; this process does not wait longer than ten seconds.
API void simclr_mpi_abort(int32_t exit_code) {
    // The rank has said why; MPICH would add a line that says that it did.
    const int nothing = open("/dev/null", O_WRONLY);
    if (nothing >= 0) {
        dup2(nothing, STDERR_FILENO);
    }
    signal(SIGALRM, SIG_DFL);
    alarm(10);
    MPI_Abort(MPI_COMM_WORLD, exit_code);
}

API int32_t simclr_mpi_finish(void) {
    return MPI_Finalize();
}
