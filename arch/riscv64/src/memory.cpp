// SPDX-License-Identifier: MIT
// The functions that a freestanding compiler still calls. Debian has no small C library for
// riscv64 (docs/dependencies.md), so here they are: whole words where both sides are aligned.
#include <cstddef>
#include <cstdint>

namespace {

using Word = std::uint64_t;

bool aligned(const void* a, const void* b) {
    // SAFETY: addresses, for a test of their low bits.
    return ((reinterpret_cast<std::uintptr_t>(a) | reinterpret_cast<std::uintptr_t>(b)) &
            (sizeof(Word) - 1)) == 0;
}

/// A word anywhere in memory, whatever type lives there.
struct [[gnu::may_alias]] AnyWord {
    Word value;
};

} // namespace

extern "C" {

void* memcpy(void* to, const void* from, std::size_t size) {
    auto* out = static_cast<unsigned char*>(to);
    const auto* in = static_cast<const unsigned char*>(from);
    if (aligned(out, in)) {
        // SAFETY: both are aligned for a word, and AnyWord may alias.
        for (; size >= sizeof(Word); size -= sizeof(Word), out += sizeof(Word), in += sizeof(Word))
            *reinterpret_cast<AnyWord*>(out) = *reinterpret_cast<const AnyWord*>(in);
    }
    for (; size != 0; --size)
        *out++ = *in++;
    return to;
}

void* memmove(void* to, const void* from, std::size_t size) {
    auto* out = static_cast<unsigned char*>(to);
    const auto* in = static_cast<const unsigned char*>(from);
    if (out <= in || out >= in + size)
        return memcpy(to, from, size); // memcpy goes upwards
    while (size != 0) {
        --size;
        out[size] = in[size];
    }
    return to;
}

void* memset(void* to, int value, std::size_t size) {
    auto* out = static_cast<unsigned char*>(to);
    const auto byte = static_cast<unsigned char>(value);
    if (aligned(out, nullptr)) {
        const Word word = byte * Word{0x0101'0101'0101'0101};
        // SAFETY: aligned for a word, and AnyWord may alias.
        for (; size >= sizeof(Word); size -= sizeof(Word), out += sizeof(Word))
            reinterpret_cast<AnyWord*>(out)->value = word;
    }
    for (; size != 0; --size)
        *out++ = byte;
    return to;
}

int memcmp(const void* a, const void* b, std::size_t size) {
    const auto* left = static_cast<const unsigned char*>(a);
    const auto* right = static_cast<const unsigned char*>(b);
    for (; size != 0; --size, ++left, ++right)
        if (*left != *right)
            return *left < *right ? -1 : 1;
    return 0;
}

void* memchr(const void* text, int value, std::size_t size) {
    const auto* at = static_cast<const unsigned char*>(text);
    for (; size != 0; --size, ++at)
        if (*at == static_cast<unsigned char>(value))
            // SAFETY: the C library has it so: a pointer into what the caller handed in.
            return const_cast<unsigned char*>(at);
    return nullptr;
}

std::size_t strlen(const char* text) {
    std::size_t length = 0;
    while (text[length] != '\0')
        ++length;
    return length;
}

} // extern "C"
