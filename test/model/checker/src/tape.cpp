// SPDX-License-Identifier: MIT
#include <charconv>
#include <model/tape.hpp>

namespace model {

Choice& Tape::add(Asked asked, ThreadId thread) {
    if (size_ == choices_.size())
        choices_.emplace_back();
    Choice& choice = choices_[size_++];
    position_ = size_;
    choice.asked = asked;
    choice.thread = thread;
    choice.options.clear();
    choice.taken = 0;
    choice.is_delayed = choice.may_delay = choice.wants_delay = false;
    return choice;
}

bool Tape::advance(std::size_t fixed, bool every_delay) {
    while (size_ > fixed) {
        Choice& last = choices_[size_ - 1];
        changed_ = size_ - 1;
        if (!last.is_delayed && last.taken + 1 < last.options.size()) {
            ++last.taken;
            return true;
        }
        if (!last.is_delayed && last.may_delay && (last.wants_delay || every_delay)) {
            last.is_delayed = true;
            return true;
        }
        --size_;
    }
    return false;
}

void Tape::cut(std::size_t count) {
    size_ = count;
    changed_ = 0;
}

std::string Tape::text() const {
    std::string text;
    for (std::size_t i = 0; i < size_; ++i) {
        if (i != 0)
            text += '.';
        if (choices_[i].is_delayed)
            text += 'D';
        else
            text += static_cast<char>(choices_[i].asked) + std::to_string(choices_[i].taken);
    }
    return text;
}

bool Tape::parse(std::string_view text) {
    cut(0);
    while (!text.empty()) {
        const std::string_view word = text.substr(0, text.find('.'));
        text.remove_prefix(std::min(text.size(), word.size() + 1));
        if (word.empty() || std::string_view("RWSD").find(word[0]) == std::string_view::npos)
            return false;
        Choice& choice = add(word[0] == 'D' ? Asked::Read : static_cast<Asked>(word[0]), 0);
        choice.is_delayed = word[0] == 'D';
        const char* const end = word.data() + word.size();
        if (choice.is_delayed ? word.size() != 1
                              : std::from_chars(word.data() + 1, end, choice.taken).ptr != end)
            return false;
    }
    rewind();
    return true;
}

double Tape::guess() const {
    double runs = 1;
    for (std::size_t i = 0; i < size_; ++i)
        runs *= static_cast<double>(choices_[i].options.size()) + (choices_[i].wants_delay ? 1 : 0);
    return runs;
}

} // namespace model
