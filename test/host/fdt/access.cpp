// SPDX-License-Identifier: MIT
//
// What each accessor answers, on the written trees and on trees made by hand.
#include <doctest/doctest.h>
#include <iterator>

#include "blob.hpp"

using namespace fdt_test;
using namespace neuron::fdt;
using namespace std::string_view_literals;

static_assert(std::forward_iterator<decltype(std::declval<Children>().begin())>);
static_assert(std::forward_iterator<decltype(std::declval<Properties>().begin())>);
static_assert(std::forward_iterator<decltype(std::declval<AllNodes>().begin())>);
static_assert(std::forward_iterator<decltype(std::declval<Reservations>().begin())>);
static_assert(sizeof(Node) == 16 && sizeof(Property) == 16);

namespace {

constexpr auto not_found = std::unexpected{Error::NotFound};
constexpr auto bad_name = std::unexpected{Error::BadName};
constexpr auto bad_property = std::unexpected{Error::BadProperty};

// A tree together with its bytes.
class Opened {
  public:
    explicit Opened(std::span<const std::byte> bytes)
        : exact_{bytes}, tree_{Tree::open(exact_.bytes())} {
        REQUIRE(outcome(tree_) == "accepted");
    }
    explicit Opened(std::string_view name) : Opened{stored_tree(name)} {}

    const Tree* operator->() const { return &*tree_; }
    [[nodiscard]] std::uint32_t mark(std::string_view path) const {
        const auto node = tree_->find(path);
        return node ? node->property("mark")->as_u32().value_or(0) : 0;
    }

  private:
    Exact exact_;
    std::expected<Tree, Error> tree_;
};

// For results whose values cannot be compared.
template <class T>
bool fails(const std::expected<T, Error>& result, Error error) {
    return !result && result.error() == error;
}

} // namespace

TEST_CASE("fdt: an empty root has nothing") {
    const Opened tree{"empty_root"};
    CHECK(tree->root().name().empty());
    CHECK(tree->root().children().empty());
    CHECK(tree->root().properties().empty());
    CHECK(tree->reservations().empty());
    CHECK(tree->root().is_available());
    CHECK(tree->find("/") == tree->root());
    CHECK(tree->find("/x") == not_found);
    CHECK(tree->find_device("x") == not_found);
    CHECK(std::next(tree->nodes().begin()) == std::default_sentinel);
}

TEST_CASE("fdt: INV-FDT-6 a value is read with exactly its size or not at all") {
    const Opened tree{"values"};
    const Node root = tree->root();
    const auto get = [root](std::string_view name) {
        const auto property = root.property(name);
        REQUIRE(property.has_value());
        CHECK(property->name() == name);
        return *property;
    };
    CHECK(get("word").as_u32() == 0x12345678);
    CHECK(get("double-word").as_u64() == 0x0000'0001'8000'0000);
    CHECK(get("string").as_string() == "one string"sv);
    CHECK(get("empty-string").as_string() == ""sv);
    CHECK(get("empty").bytes().empty());
    CHECK(get("a-property-name-far-longer-than-the-thirty-one-characters-that-the-specification-"
              "allows")
              .as_u32() == 7);

    for (const auto name : {"empty", "double-word", "three-bytes", "five-bytes", "string"}) {
        CHECK_MESSAGE(fails(get(name).as_u32(), Error::BadProperty), name);
    }
    for (const auto name : {"empty", "word", "three-words", "five-bytes", "string"}) {
        CHECK_MESSAGE(fails(get(name).as_u64(), Error::BadProperty), name);
    }
    for (const auto name : {"empty", "list", "unterminated", "unterminated-list", "word"}) {
        CHECK_MESSAGE(fails(get(name).as_string(), Error::BadProperty), name);
    }
    for (const auto name : {"three-bytes", "five-bytes", "string"}) {
        CHECK_MESSAGE(fails(get(name).cells(), Error::BadProperty), name);
    }
    CHECK(get("empty").cells()->size() == 0);
    const auto cells = get("three-words").cells();
    REQUIRE(cells->size() == 3);
    CHECK((*cells)[0] == 1);
    CHECK((*cells)[1] == 2);
    CHECK((*cells)[2] == 0xffffffff);
}

TEST_CASE("fdt: a string list is searched by whole strings") {
    const Opened tree{"values"};
    const auto list = *tree->root().property("list");
    for (const auto wanted : {"first", "second", "last", ""})
        CHECK(list.has_string(wanted));
    for (const auto wanted : {"firs"sv, "first "sv, "econd"sv, "lasts"sv, "first\0second"sv}) {
        CHECK_FALSE(list.has_string(wanted));
    }
    CHECK_FALSE(tree->root().property("empty")->has_string(""));
    CHECK(tree->root().property("empty-string")->has_string(""));
    CHECK_FALSE(tree->root().property("unterminated")->has_string("abc"));
    CHECK_FALSE(tree->root().property("unterminated-list")->has_string("c"));
    CHECK_FALSE(tree->root().property("unterminated-list")->has_string("ab"));

    const Node holder = *tree->find("/holder");
    CHECK(holder.is_compatible("vendor,exact"));
    CHECK(holder.is_compatible("generic"));
    CHECK_FALSE(holder.is_compatible("vendor"));
    CHECK_FALSE(tree->find("/nothing")->is_compatible("generic"));
    CHECK(tree->find_device("vendor,family") == holder);
}

TEST_CASE("fdt: a child is found with or without its unit address, the first that answers") {
    const Opened tree{"names"};
    CHECK(tree.mark("/device") == 1); // device@10 stands before device
    CHECK(tree.mark("/device@10") == 1);
    CHECK(tree.mark("/device@20") == 3);
    CHECK(tree.mark("/device@20/port") == 31);
    CHECK(tree.mark("/device@20/port@1") == 32);
    CHECK(tree.mark("/bus") == 4);
    CHECK(tree.mark("/bus@1,0") == 4);
    for (const auto path : {"/cpu", "/dev", "/device@", "/device@1", "/device@100", "/bus@1",
                            "/device/port", "/device@20/port@2", "/@10"}) {
        CHECK_MESSAGE(fails(tree->find(path), Error::NotFound), path);
    }
    CHECK(tree->root().child("") == not_found);
    CHECK(tree->root().child("device@20/port") == not_found);
    CHECK(tree->root().child("device\0"sv) == not_found);
    CHECK(tree->root().property("mark\0"sv).error() == Error::NotFound);
}

TEST_CASE("fdt: BadName for a path that is not absolute or has an empty component") {
    const Opened tree{"names"};
    for (const auto path : {"", "device", "//", "/device/", "//device", "/device@20//port"}) {
        CHECK_MESSAGE(fails(tree->find(path), Error::BadName), path);
    }
}

TEST_CASE("fdt: BadName for a unit address that is no number of 64 bits") {
    const Opened tree{"names"};
    const auto address = [&tree](std::string_view path) {
        return tree->find(path)->unit_address();
    };
    CHECK(address("/device@10") == 0x10);
    CHECK(address("/wide") == ~std::uint64_t{0});
    CHECK(address("/capital") == 0xdeadbeef);
    CHECK(address("/cpu-map") == not_found);
    CHECK(tree->root().unit_address() == not_found);
    CHECK(address("/too-wide") == bad_name);
    CHECK(address("/bus") == bad_name);

    Maker maker;
    maker.begin("");
    for (const auto name : {"a@", "a@g", "a@1:", "a@1", "a@-1", "a@1@2", "a@`"}) {
        maker.begin(name).close();
    }
    const Opened odd{maker.close().finish().blob()};
    std::size_t good = 0;
    for (const Node node : odd->root().children())
        good += node.unit_address() ? 1 : 0;
    CHECK(good == 1); // a@1 alone
}

TEST_CASE("fdt: a name that is nothing but an address is found by that only") {
    Maker maker;
    const Opened tree{maker.begin("").begin("@1").close().close().finish().blob()};
    CHECK(tree->find("/@1")->unit_address() == 1);
    CHECK(tree->root().child("") == not_found);
    CHECK(tree->root().child("@") == not_found);
}

TEST_CASE("fdt: a node is available unless its status says otherwise") {
    const Opened tree{"cpus"};
    std::string available;
    for (const Node cpu : tree->find("/cpus")->children()) {
        available += cpu.is_available() ? 'y' : 'n';
    }
    CHECK(available == "nyyynnnn");
    CHECK(reg(*tree->find("/cpus/cpu@100"), *tree->find("/cpus"), 0) == Region{0x100, 0});

    // What is compatible but switched off is no device.
    CHECK(tree->find("/cpus/cpu@0")->is_compatible("vendor,monitor"));
    CHECK(tree->find_device("vendor,monitor") == not_found);
    CHECK(tree->find_device("riscv") == *tree->find("/cpus/cpu@1"));
}

TEST_CASE("fdt: reg is read as the parent's cell counts say") {
    const Opened tree{"regions"};
    const auto at = [&tree](std::string_view path, std::size_t index) {
        const Node node = *tree->find(path);
        return reg(node, *tree->parent(node), index);
    };
    CHECK(at("/by-default", 0) == Region{0x1'0000'0002, 3});
    CHECK(at("/by-default", 1) == Region{0x8000'0004'0000'0005, 0xffff'ffff});
    CHECK(at("/by-default", 2) == not_found);
    CHECK(at("/by-default", ~std::size_t{0}) == not_found);
    CHECK(at("/wide/apart", 0) == Region{0x8000'0000, 0x1000'0000});
    CHECK(at("/wide/apart", 1) == Region{0x10'0000'0000, 0x8'0000'0000});
    CHECK(at("/wide/apart", 2) == Region{0x1000, 0x20});
    CHECK(at("/narrow/two", 0) == Region{0xffff'f000, 0x1000});
    CHECK(at("/sizeless/two", 0) == Region{0x1'0000'0000, 0});
    CHECK(at("/sizeless/two", 1) == Region{7, 0});
    CHECK(at("/wide/empty", 0) == not_found);
    CHECK(at("/wide/absent", 0) == not_found);
    for (const auto path : {"/wide/broken", "/three-cells/one", "/no-address/one", "/wide-size/one",
                            "/malformed-count/one"}) {
        CHECK_MESSAGE(at(path, 0) == bad_property, path);
    }
}

TEST_CASE("fdt: reservations are listed in order, an address of 0 too") {
    const Opened tree{"reservations"};
    std::vector<Region> regions;
    for (const Region region : tree->reservations())
        regions.push_back(region);
    CHECK(regions == std::vector<Region>{{0x8000'0000, 0x40000}, {0x1'ffff'f000, 0x1000}, {0, 16}});

    Maker maker; // an empty one is no end
    maker.reserve(0x1000, 0).reserve(0x2000, 1).begin("").close().finish();
    const Opened made{maker.blob()};
    CHECK(std::distance(made->reservations().begin(), {}) == 2);
}

TEST_CASE("fdt: INV-FDT-4 the first of two equal names wins") {
    Maker maker;
    maker.begin("").cells("mark", {1}).cells("other", {2}).cells("mark", {3});
    maker.begin("twin").cells("mark", {4}).close();
    maker.begin("twin").cells("mark", {5}).close();
    const Opened tree{maker.close().finish().blob()};
    CHECK(tree.mark("/") == 1);
    CHECK(tree.mark("/twin") == 4);
    std::size_t properties = 0;
    for (const Property property : tree->root().properties()) {
        properties += property.name().empty() ? 0 : 1;
    }
    CHECK(properties == 3); // iteration hides none
}

TEST_CASE("fdt: NOP tokens are legal between any two others") {
    Maker maker;
    const auto nops = [&maker] { maker.word(nop).word(nop); };
    nops();
    maker.begin("");
    nops();
    maker.cells("mark", {1});
    nops();
    maker.cells("second", {nop});
    nops();
    maker.begin("a@1");
    nops();
    maker.close();
    nops();
    maker.begin("b").cells("mark", {2}).close();
    nops();
    maker.close();
    nops();
    const Opened tree{maker.finish().blob()};
    CHECK(tree.mark("/") == 1);
    CHECK(tree->root().property("second")->as_u32() == nop);
    CHECK(tree.mark("/b") == 2);
    CHECK(tree->find("/a")->properties().empty());
    CHECK(tree->find("/a")->children().empty());
    CHECK(tree->parent(*tree->find("/a")) == tree->root());
    CHECK(std::distance(tree->root().children().begin(), {}) == 2);
    std::size_t nodes = 0;
    for (const Node node : tree->nodes())
        nodes += node.is_available() ? 1 : 0;
    CHECK(nodes == 3);
}

TEST_CASE("fdt: equality means the same place in the same blob") {
    const Opened one{"names"};
    const Opened two{"names"};
    CHECK(one->find("/device@20") == one->find("/device@20"));
    CHECK(one->find("/device@20") != one->find("/device@10"));
    CHECK(one->find("/device@20") != two->find("/device@20"));
}

TEST_CASE("fdt: parent ends for a node of another tree") {
    const Opened small{"empty_root"};
    const Opened large{"names"};
    CHECK(small->parent(*large->find("/capital")) == not_found);
    CHECK(large->parent(small->root()) == not_found);
}
