// SPDX-License-Identifier: MIT
#include <cstdio>
#include <model/workers.hpp>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

namespace model {
namespace {

constexpr std::size_t parts_for_each = 16;

/// Tapes whose subtrees are all runs together, each as text. Runs that end above the cut are
/// counted.
std::vector<std::string> split(Explorer& explorer, std::size_t wanted, Result& result) {
    std::vector<std::string> open = {""};
    while (!open.empty() && open.size() < wanted) {
        std::vector<std::string> deeper;
        for (const std::string& prefix : open) {
            Tape tape;
            (void)tape.parse(prefix);
            const std::size_t depth = tape.size();
            Result probe;
            if (!explorer.step(tape, probe)) { // an error at once
                result = probe;
                return {};
            }
            if (tape.size() == depth) { // nothing to choose behind it: this was all
                result.complete += probe.complete;
                result.dead_ends += probe.dead_ends;
                result.inconsistent += probe.inconsistent;
                continue;
            }
            tape.cut(depth + 1);
            Choice& next = tape.at(depth);
            for (next.taken = 0; next.taken < next.options.size(); ++next.taken)
                deeper.push_back(tape.text());
            next.is_delayed = next.may_delay;
            if (next.may_delay)
                deeper.push_back(tape.text());
        }
        open = std::move(deeper);
    }
    return open;
}

/// In a process of its own: explores its share and writes what came of it.
[[noreturn]] void work(Explorer& explorer, const std::vector<std::string>& parts, unsigned first,
                       unsigned step, FILE* out) {
    Result mine;
    for (std::size_t i = first; i < parts.size() && mine.error == Error::None && !mine.is_cut;
         i += step) {
        Tape tape;
        (void)tape.parse(parts[i]);
        explorer.explore(tape, tape.size(), mine);
    }
    std::fprintf(
        out, "%llu %llu %llu %d %d\n%s\n%s\n%s", static_cast<unsigned long long>(mine.complete),
        static_cast<unsigned long long>(mine.dead_ends),
        static_cast<unsigned long long>(mine.inconsistent), static_cast<int>(mine.error),
        static_cast<int>(mine.is_cut), mine.tape.c_str(), mine.message.c_str(), mine.trace.c_str());
    std::fclose(out);
    _exit(0);
}

void take_in(const std::string& text, Result& result) {
    std::istringstream in(text);
    std::uint64_t complete = 0;
    std::uint64_t dead_ends = 0;
    std::uint64_t inconsistent = 0;
    int error = 0;
    int cut = 0;
    if (!(in >> complete >> dead_ends >> inconsistent >> error >> cut)) {
        result.error = Error::NotDeterministic;
        result.message = "a worker ended without an answer";
        return;
    }
    result.complete += complete;
    result.dead_ends += dead_ends;
    result.inconsistent += inconsistent;
    result.is_cut = result.is_cut || cut != 0;
    if (result.error != Error::None || (error == 0 && cut == 0))
        return;
    result.error = static_cast<Error>(error);
    in.ignore();
    std::getline(in, result.tape);
    std::getline(in, result.message);
    result.trace.assign(std::istreambuf_iterator<char>(in), {});
}

} // namespace

void share_work(Explorer& explorer, unsigned workers, Result& result) {
    const auto parts = split(explorer, parts_for_each * workers, result);
    std::fflush(nullptr);
    std::vector<std::pair<pid_t, FILE*>> children;
    for (unsigned i = 0; i < workers; ++i) {
        int ends[2];
        if (pipe(ends) != 0)
            break;
        const pid_t child = fork();
        if (child == 0) {
            close(ends[0]);
            work(explorer, parts, i, workers, fdopen(ends[1], "w"));
        }
        close(ends[1]);
        children.emplace_back(child, fdopen(ends[0], "r"));
    }
    if (children.size() != workers) {
        result.error = Error::NotDeterministic;
        result.message = "no more processes: ask for fewer workers";
    }
    for (const auto& [child, in] : children) {
        std::string text;
        for (int c = 0; (c = std::fgetc(in)) != EOF;)
            text += static_cast<char>(c);
        std::fclose(in);
        int status = 0;
        waitpid(child, &status, 0);
        take_in(text, result);
    }
}

} // namespace model
