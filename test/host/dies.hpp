// SPDX-License-Identifier: MIT
// What a call says on its way into abort(), seen from outside: it runs in a child process.
#pragma once

#include <csignal>
#include <cstdio>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace host_test {

/// What `call` wrote to stderr before it aborted; how else it ended, in parentheses. Only while
/// this process has no other threads.
template <class Call>
std::string last_words(Call call) {
    int ends[2];
    if (pipe(ends) != 0)
        return "(no pipe)";
    std::fflush(nullptr);
    const pid_t child = fork();
    if (child == 0) {
        const rlimit no_core{0, 0};
        (void)setrlimit(RLIMIT_CORE, &no_core);
        (void)std::signal(SIGABRT, SIG_DFL); // doctest's handler would report a crash
        (void)std::signal(SIGALRM, SIG_DFL);
        (void)alarm(60);
        (void)dup2(ends[1], STDERR_FILENO);
        call();
        _exit(0);
    }
    close(ends[1]);
    std::string said;
    char buffer[256];
    for (ssize_t got; (got = read(ends[0], buffer, sizeof(buffer))) > 0;)
        said.append(buffer, static_cast<std::size_t>(got));
    close(ends[0]);
    int status = 0;
    if (waitpid(child, &status, 0) != child)
        return "(lost)";
    if (WIFEXITED(status))
        return "(came back)";
    return WTERMSIG(status) == SIGABRT ? said : "(killed otherwise) " + said;
}

} // namespace host_test
