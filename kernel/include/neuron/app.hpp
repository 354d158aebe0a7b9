// SPDX-License-Identifier: MIT
// What an app includes. The app defines `int main(int argc, char** argv)` or `int main()`; it runs
// on CPU 0 with interrupts on, and what it returns, 0 to 255, is the image's exit status.
#pragma once

#include <neuron/core/frozen.hpp>
#include <neuron/kernel/exit.hpp>
#include <neuron/kernel/system.hpp>
#include <neuron/sync/witness.hpp>

namespace neuron {

using sync::NoLocks;

/// The system that this image is. Legal from main on, on every CPU.
[[nodiscard]] inline System& system() {
    return kernel::held_system.value;
}

/// Runs what an idle CPU would run (deferred work, messages, shares of run_on_each_cpu; no tasks),
/// once; true if there was something. For main, which keeps CPU 0 from being idle while it runs.
/// Task level, interrupts on.
bool run_pending();

/// Writes one whole line. Legal in every context.
template <class... A>
void println(format::FormatString<std::type_identity_t<A>...> text, const A&... values) {
    system().line<A...>(text, values...);
}

/// The file that INPUT= handed in.
struct Input {
    std::string_view name; ///< as given to INPUT=, empty if there is none
    core::Frozen<std::byte> bytes;
};
/// Nothing if no file was handed in; an empty file is a file.
[[nodiscard]] std::optional<Input> input();

namespace detail {

/// A checked format string that remembers where it was written.
template <class... A>
struct LocatedFormat {
    template <class T>
    consteval LocatedFormat(const T& text, core::Where here = {__builtin_FILE(), __builtin_LINE()})
        : format(text), where(here) {}
    format::FormatString<A...> format;
    core::Where where;
};

} // namespace detail

/// Ends the image with a report: message, CPU, registers, backtrace. For broken invariants; an
/// error that a caller can handle is a value. Legal in every context.
template <class... A>
[[noreturn]] void panic(detail::LocatedFormat<std::type_identity_t<A>...> text,
                        const A&... values) {
    format::BoundedText<200> message;
    format::write(message, text.format, values...);
    env::die(message.view(), text.where.file, text.where.line);
}

} // namespace neuron
