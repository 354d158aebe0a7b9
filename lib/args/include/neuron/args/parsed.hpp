// SPDX-License-Identifier: MIT
//
// The boot command line, copied, unescaped and cut into words:
// `smp=4 trace -- "input file" -v` is two parameters and two arguments.
//
// Rules: one owner, who calls parse; the words refer into this object, so it
// neither copies nor moves (INV-ARGS-3). Once parsed and never written again it
// may be read from any CPU.
// Context: any; no lock, no allocation. The object is as large as its bounds:
// put it where it will stay, not on a small stack.
#pragma once

#include <neuron/args/error.hpp>
#include <neuron/args/parameter.hpp>
#include <neuron/args/split.hpp>

#include <cstddef>
#include <expected>
#include <optional>
#include <span>
#include <string_view>

namespace neuron::args {

// What `int main(int, char**)` takes.
struct CArguments {
    int count;
    char** values;
};

namespace detail {

CArguments fill_c_arguments(char* program, std::span<const std::string_view> words,
                            std::span<char> bytes, std::span<char*> pointers);

} // namespace detail

template <std::size_t MaxWords, std::size_t MaxBytes>
class Parsed {
    static_assert(MaxWords > 0 && MaxBytes > 0);

  public:
    Parsed() = default;
    Parsed(const Parsed&) = delete;
    Parsed& operator=(const Parsed&) = delete;

    // Replaces what was there. After an error the line counts as empty
    // (INV-ARGS-2): a half-read command line is worse than none.
    [[nodiscard]] std::expected<void, Error> parse(std::string_view line) {
        const std::expected<Layout, Error> result = split(line, bytes_, words_);
        layout_ = result ? *result : Layout{};
        if (!result) {
            return std::unexpected{result.error()};
        }
        return {};
    }

    [[nodiscard]] std::optional<std::string_view> parameter(std::string_view key) const {
        return find_parameter(parameter_words(), key);
    }

    [[nodiscard]] ParameterRange parameters() const { return ParameterRange{parameter_words()}; }

    [[nodiscard]] std::span<const std::string_view> arguments() const {
        return {words_ + layout_.first_argument, words_ + layout_.words};
    }

    // The arguments behind `program`, which is the caller's and outlives the
    // use. Valid until the next parse; a program may write into its words.
    [[nodiscard]] CArguments c_arguments(char* program) {
        return detail::fill_c_arguments(program, arguments(), bytes_, pointers_);
    }

  private:
    [[nodiscard]] std::span<const std::string_view> parameter_words() const {
        return {words_, layout_.parameters};
    }

    Layout layout_{};
    std::string_view words_[MaxWords]{};
    // The program's name, the words behind the `--` (so one less than all), nullptr.
    char* pointers_[MaxWords + 1]{};
    char bytes_[MaxBytes]{};
};

} // namespace neuron::args
