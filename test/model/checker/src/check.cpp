// SPDX-License-Identifier: MIT
// The walk over all runs: one after the other, by chance, or one tape again.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <model/model.hpp>
#include <model/workers.hpp>

namespace model {
namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

Run& the_run() {
    static Run run; // its stacks and vectors serve every check
    return run;
}

} // namespace

Explorer::Explorer(const std::function<void()>& body, const Options& options)
    : body_(body), options_(options), random_(options.seed) {
    limits_.max_events = options.max_events;
    limits_.spurious = options.spurious;
    limits_.max_delays = options.max_delays;
    limits_.naive = options.naive;
    limits_.random = options.sample != 0 ? &random_ : nullptr;
}

/// One run, counted. False if it was an error.
bool Explorer::step(Tape& tape, Result& result) {
    Run& run = the_run();
    const Ending ending = run.go(body_, tape, limits_);
    if (run.error() != Error::None) {
        result.error = run.error();
        result.message = std::string(to_string(run.error())) + ": " + run.message();
        result.tape = tape.text();
        result.trace = trace_of(run);
        return false;
    }
    (ending == Ending::Complete  ? result.complete
     : ending == Ending::DeadEnd ? result.dead_ends
                                 : result.inconsistent)++;
    if (ending == Ending::Complete && result.complete <= lint_runs)
        lint(run, suspects_);
    return true;
}

/// Whether a limit says that this is enough.
bool Explorer::is_enough(const Tape& tape, Result& result) {
    if (result.runs() >= options_.max_runs) {
        result.message = "stopped after max_runs = " + std::to_string(options_.max_runs);
        return result.is_cut = true;
    }
    if (result.runs() % 4096 != 0)
        return false;
    const double now = since(start_);
    if (now > options_.seconds) {
        result.message = "stopped after seconds = " + std::to_string(options_.seconds);
        return result.is_cut = true;
    }
    if (now - told_ >= 2) {
        told_ = now;
        std::fprintf(stderr,
                     "model: %s: %.0f s, %llu runs, %llu dead ends, depth %zu, perhaps %.1e runs\n",
                     options_.name, now, static_cast<unsigned long long>(result.runs()),
                     static_cast<unsigned long long>(result.dead_ends), tape.size(), tape.guess());
        if (!options_.checkpoint.empty())
            std::ofstream(options_.checkpoint) << tape.text() << '\n';
    }
    return false;
}

/// Every run whose first `fixed` choices are those of the tape.
void Explorer::explore(Tape& tape, std::size_t fixed, Result& result) {
    do {
        if (!step(tape, result) || is_enough(tape, result))
            return;
    } while (tape.advance(fixed, options_.naive));
}

void Explorer::sample(Result& result) {
    Tape tape;
    for (std::uint64_t i = 0; i < options_.sample; ++i) {
        tape.cut(0);
        if (!step(tape, result) || is_enough(tape, result))
            return;
    }
    result.is_cut = true;
    result.message = "a sample of " + std::to_string(options_.sample) + " runs";
}

Result Explorer::all() {
    Result result;
    result.bounded_ok = options_.bounded_ok;
    result.name = options_.name;
    if (const char* text = std::getenv("MODEL_REPLAY")) {
        Tape tape;
        if (!tape.parse(text))
            result.message = "MODEL_REPLAY is no tape";
        else if (step(tape, result))
            result.trace = trace_of(the_run());
        std::fprintf(stderr, "%s\n%s", result.message.c_str(), result.trace.c_str());
        result.is_cut = true;
        return result;
    }
    if (options_.sample != 0) {
        sample(result);
    } else if (options_.workers > 1) {
        share_work(*this, options_.workers, result);
    } else {
        Tape tape;
        if (!options_.resume.empty() && !tape.parse(options_.resume)) {
            result.error = Error::NotDeterministic;
            result.message = "resume is no tape";
            return result;
        }
        explore(tape, 0, result);
    }
    for (const auto& [load, store] : suspects_)
        result.lint += "load buffering: " + place_of(load) + " then " + place_of(store) + '\n';
    return result;
}

std::string Result::report() const {
    std::string text = std::string(name) + ": " + (message.empty() ? "no error" : message) +
                       " after " + std::to_string(runs()) + " runs\n";
    if (!tape.empty())
        text += "MODEL_REPLAY='" + tape + "'\n";
    return text + trace;
}

Result check(const std::function<void()>& body, const Options& options) {
    return Explorer(body, options).all();
}

} // namespace model
