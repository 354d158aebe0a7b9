// SPDX-License-Identifier: MIT
// What functions that may refuse return, and what their callers do with it.
#include <neuron/core/result.hpp>

#include <doctest/doctest.h>
#include <memory>
#include <type_traits>
#include <utility>

using neuron::core::Refused;
using neuron::core::Result;

namespace {

enum class Error { Full, Closed };

/// Moves, and counts what becomes of it.
struct Token {
    explicit Token(int n) : number(n) {}
    Token(Token&& other) noexcept : number(std::exchange(other.number, 0)) {}
    Token& operator=(Token&& other) noexcept {
        number = std::exchange(other.number, 0);
        return *this;
    }
    int number;
};

constexpr Result<int, Error> half(int value) {
    if (value % 2 != 0)
        return std::unexpected(Error::Full);
    return value / 2;
}

constexpr Result<void, Error> nothing(bool works) {
    if (!works)
        return std::unexpected(Error::Closed);
    return {};
}

constexpr std::expected<int, Error> plain(const Result<int, Error>& result) {
    return result;
}

Result<Token, Error> local(bool works) {
    Token token(3);
    if (!works)
        return std::unexpected(Error::Full);
    return token; // moves
}

Result<void, Refused<Token, Error>> try_send(Token&& token, bool full, int& sent) {
    if (full)
        return std::unexpected(Refused<Token, Error>{Error::Full, std::move(token)});
    sent = std::exchange(token.number, 0);
    return {};
}

} // namespace

static_assert(half(8) == 4 && half(7).error() == Error::Full && *half(4) == 2);
static_assert(nothing(true).has_value() && nothing(false).error() == Error::Closed);
// Two answers are equal if their values are, or their errors.
static_assert(half(8) == half(9 - 1) && half(8) != half(6) && half(7) == half(5));
static_assert(half(8) != half(7) && half(7) != half(8) && half(7) != Result<int, Error>(0));
static_assert(nothing(true) == nothing(true) && nothing(false) == nothing(false) &&
              nothing(true) != nothing(false));
static_assert(half(7) == std::unexpected(Error::Full) && half(7) != std::unexpected(Error::Closed));
// So are an answer and what it is made of, on either side.
static_assert(half(7) == plain(half(5)) && plain(half(7)) == half(5) && plain(half(7)) != half(8) &&
              half(8) == plain(half(8)) && plain(half(8)) == half(8) && 4 == half(8));
// It costs what std::expected costs, and holds what moves only.
static_assert(sizeof(Result<int, Error>) == sizeof(std::expected<int, Error>));
static_assert(!std::is_copy_constructible_v<Result<Token, Error>>);
static_assert(std::is_nothrow_move_constructible_v<Result<Token, Error>>);
static_assert(std::is_trivially_destructible_v<Result<int, Error>>);
// test_reject: a result is neither its value nor its error without being asked.
static_assert(!std::is_convertible_v<Result<int, Error>, int> &&
              !std::is_convertible_v<Error, Result<int, Error>>);
static_assert(!std::is_convertible_v<Result<bool, Error>, bool>);

TEST_CASE("core: a Result is asked before it is used") {
    if (const auto found = half(6))
        CHECK(*found == 3);
    else
        FAIL("a half of 6");
    CHECK(half(5).value_or(-1) == -1);
    CHECK(half(5).error() == Error::Full);
    auto result = half(6);
    result = std::unexpected(Error::Closed);
    CHECK(result.error() == Error::Closed);
    result = half(10);
    CHECK(*result == 5);
}

TEST_CASE("core: what only moves goes through a Result once") {
    auto made = local(true);
    REQUIRE(made.has_value());
    CHECK(made->number == 3);
    const Token taken = *std::move(made);
    CHECK(taken.number == 3);
    CHECK(made->number == 0); // NOLINT: what was left behind is under test
    CHECK(local(false).error() == Error::Full);
}

TEST_CASE("core: a sender that is refused has its value again and can try once more") {
    int sent = 0;
    auto refused = try_send(Token(7), true, sent);
    REQUIRE_FALSE(refused.has_value());
    CHECK(sent == 0);
    CHECK(refused.error().reason == Error::Full);
    CHECK(try_send(std::move(refused.error().value), false, sent).has_value());
    CHECK(sent == 7);
}
