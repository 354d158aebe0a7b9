// SPDX-License-Identifier: MIT
#include "walk.hpp"

#include <algorithm>
#include <cstdint>

namespace fdt_test {
namespace {

using namespace neuron::fdt;

class Everything {
  public:
    explicit Everything(const Tree& tree) : tree_{tree}, words_{tree.bytes().size() / 4} {}

    std::string run() {
        for (const Region region : tree_.reservations()) {
            if (!step())
                return wrong_;
            sum_ += region.address ^ region.size;
        }
        std::size_t listed = 0;
        for (const Node node : tree_.nodes()) {
            if (!step())
                return wrong_;
            sum_ += node.name().size();
            ++listed;
        }
        steps_ = 0;
        const Node root = tree_.root();
        expect(tree_.find("/") == root, "root by its path");
        expect(!tree_.parent(root), "a parent of the root");
        expect(!tree_.find("/no such node"), "a node that is not there");
        visit(root, root, 1);
        expect(visited_ == listed, "children() and nodes() count differently");
        return wrong_;
    }

  private:
    void expect(bool condition, std::string_view what) {
        if (!condition && wrong_.empty())
            wrong_ = what;
    }

    bool step() {
        expect(++steps_ <= words_, "more steps than words");
        return wrong_.empty();
    }

    // INV-FDT-3: an accessor knows no other errors than these.
    template <class T>
    void note(const std::expected<T, Error>& result) {
        if (result)
            return;
        const Error error = result.error();
        expect(error == Error::NotFound || error == Error::BadProperty || error == Error::BadName,
               "an accessor reports a layout error");
    }

    void visit(Node node, Node parent, unsigned depth) {
        expect(depth <= max_depth, "deeper than max_depth");
        if (!step())
            return;
        ++visited_;
        const std::string_view name = node.name();
        expect(name.empty() == (depth == 1), "only the root has no name");
        for (const char letter : name)
            expect(letter != '\0' && letter != '/', "letter in a name");
        if (depth > 1) {
            const auto again = parent.child(name);
            expect(again && again->name().starts_with(name), "child() by its own name");
            expect(tree_.parent(node) == parent, "parent()");
        }
        note(node.unit_address());
        sum_ += node.is_available() ? 1U : 0U;
        sum_ += node.is_compatible("c") ? 1U : 0U;
        for (std::size_t i = 0; i < 3; ++i) {
            const auto region = reg(node, parent, i);
            note(region);
            if (region)
                sum_ += region->address + region->size;
        }
        note(node.property("no such property"));
        for (const Property property : node.properties()) {
            if (!step())
                return;
            visit(node, property);
        }
        for (const Node child : node.children()) {
            if (!wrong_.empty())
                return;
            visit(child, node, depth + 1);
        }
    }

    void visit(Node node, Property property) {
        const std::string_view name = property.name();
        expect(!name.empty(), "a property without a name");
        expect(node.property(name).has_value(), "property() by its own name");
        const auto bytes = property.bytes();
        for (const std::byte byte : bytes)
            sum_ += std::to_integer<unsigned>(byte);
        const auto u32 = property.as_u32();
        const auto u64 = property.as_u64();
        const auto string = property.as_string();
        const auto cells = property.cells();
        note(u32);
        note(u64);
        note(string);
        note(cells);
        expect(u32.has_value() == (bytes.size() == 4), "as_u32()");
        expect(u64.has_value() == (bytes.size() == 8), "as_u64()");
        expect(cells.has_value() == (bytes.size() % 4 == 0), "cells()");
        const auto nuls = std::ranges::count(bytes, std::byte{0});
        expect(string.has_value() == (nuls == 1 && bytes.back() == std::byte{0}), "as_string()");
        if (string)
            expect(property.has_string(*string), "has_string()");
        if (u32)
            sum_ += *u32;
        if (u64)
            sum_ += *u64;
        if (cells) {
            for (std::size_t i = 0; i < cells->size(); ++i)
                sum_ += (*cells)[i];
        }
        sum_ += property.has_string("c") ? 1U : 0U;
    }

    const Tree& tree_;
    std::size_t words_;
    std::size_t steps_ = 0;
    std::size_t visited_ = 0;
    std::uint64_t sum_ = 0; // of all that was read, so that reading is not optimised away
    std::string wrong_;
};

} // namespace

std::string try_everything(const Tree& tree) {
    return Everything{tree}.run();
}

} // namespace fdt_test
