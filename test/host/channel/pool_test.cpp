// SPDX-License-Identifier: MIT
#include <neuron/channel/pool.hpp>

#include <doctest/doctest.h>
#include <set>
#include <vector>

#include "../dies.hpp"
#include "token.hpp"

using namespace neuron;
using channel_test::Token;
using host_test::last_words;

TEST_CASE("channel: INV-CHANNEL-4: a place of a pool has one owner, and comes back with its Box") {
    channel::Pool<Token, 3> pool;
    std::vector<channel::Box<Token>> boxes;
    std::set<const Token*> places;
    for (const int number : {1, 2, 3}) {
        boxes.push_back(*pool.make(number));
        places.insert(&*boxes.back());
    }
    CHECK(places.size() == 3);
    CHECK(pool.taken() == 3);
    CHECK_FALSE(pool.make(4));
    CHECK(Token::alive() == 3);
    boxes.erase(boxes.begin() + 1);
    CHECK(boxes[0]->number() == 1);
    CHECK(boxes[1]->number() == 3);
    CHECK(pool.taken() == 2);
    const auto again = pool.make(5);
    CHECK(places.contains(&**again));
    CHECK((*again)->number() == 5);
    boxes.clear();
    CHECK(Token::alive() == 1);
}

TEST_CASE("channel: a Box that was moved away has nothing, and one that is assigned to gives up "
          "what it had") {
    channel::Pool<Token, 2> pool;
    auto one = pool.make(1);
    auto two = pool.make(2);
    *one = *std::move(two);
    CHECK((*one)->number() == 2);
    CHECK(pool.taken() == 1); // two is here, and has nothing
    CHECK(Token::alive() == 1);
    CHECK(last_words([&] {
              (void)(*two)->number();
          }).ends_with("channel: a Box is used that was moved away\n"));
}

TEST_CASE("channel: a pool does not end before its Boxes") {
    channel::Pool<Token, 1> pool;
    const auto box = pool.make(1);
    CHECK(last_words([&] {
              pool.~Pool();
          }).ends_with("Pool: it ends while somebody has a Box of it\n"));
}
