// SPDX-License-Identifier: MIT
#include <neuron/args/split.hpp>

#include <optional>

namespace neuron::args {

namespace {

constexpr bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

class Splitter {
  public:
    Splitter(std::string_view line, std::span<char> bytes, std::span<std::string_view> words)
        : line_{line}, bytes_{bytes}, words_{words} {}

    std::expected<Layout, Error> run() {
        while (skip_blanks()) {
            if (layout_.words == words_.size()) {
                return std::unexpected{Error::TooManyWords};
            }
            const std::size_t start = used_;
            if (const std::optional<Error> refused = copy_word()) {
                return std::unexpected{*refused};
            }
            // INV-ARGS-1: each word is followed by a NUL that is not part of it.
            add({bytes_.data() + start, used_ - 1 - start});
        }
        if (!divided_) {
            layout_.parameters = layout_.words;
            layout_.first_argument = layout_.words;
        }
        return layout_;
    }

  private:
    // The byte to look at, NUL at the end of the line.
    [[nodiscard]] char peek() const { return at_ < line_.size() ? line_[at_] : '\0'; }

    bool skip_blanks() {
        while (is_blank(peek())) {
            ++at_;
        }
        return peek() != '\0';
    }

    bool append(char c) {
        if (used_ == bytes_.size()) {
            return false;
        }
        bytes_[used_++] = c;
        return true;
    }

    // Copies one word without its quotes and escapes, and a NUL behind it.
    std::optional<Error> copy_word() {
        bool quoted = false;
        for (char c = peek(); c != '\0' && (quoted || !is_blank(c)); c = peek()) {
            ++at_;
            if (c == '"') {
                quoted = !quoted;
                continue;
            }
            if (c == '\\') {
                c = peek();
                if (c == '\0') {
                    return Error::TrailingBackslash;
                }
                ++at_;
            }
            if (!append(c)) {
                return Error::TooLong;
            }
        }
        if (quoted) {
            return Error::UnclosedQuote;
        }
        if (!append('\0')) {
            return Error::TooLong;
        }
        return std::nullopt;
    }

    void add(std::string_view word) {
        words_[layout_.words] = word;
        if (!divided_ && word == "--") {
            divided_ = true;
            layout_.parameters = layout_.words;
            layout_.first_argument = layout_.words + 1;
        }
        ++layout_.words;
    }

    std::string_view line_;
    std::span<char> bytes_;
    std::span<std::string_view> words_;
    std::size_t at_ = 0;
    std::size_t used_ = 0;
    bool divided_ = false;
    Layout layout_;
};

} // namespace

std::expected<Layout, Error> split(std::string_view line, std::span<char> bytes,
                                   std::span<std::string_view> words) {
    return Splitter{line, bytes, words}.run();
}

std::string_view to_string(Error error) {
    static constexpr std::string_view names[] = {"a quote is not closed",
                                                 "a backslash with nothing behind it",
                                                 "too many words", "too long"};
    const auto index = static_cast<unsigned>(error);
    return index < std::size(names) ? names[index] : "unknown error";
}

} // namespace neuron::args
