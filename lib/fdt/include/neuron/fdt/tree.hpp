// SPDX-License-Identifier: MIT
//
// A reader of flattened device trees: the blob by which firmware tells us what the machine has.
//
// Rules:
// - Tree::open() checks the whole blob once. What it accepts can be walked to the last byte with
//   no further layout check; what it rejects is not walked at all (INV-FDT-1, INV-FDT-2).
// - Nodes and properties are places in the blob: 16 bytes, free to copy. They own nothing.
// - Of two properties, or two children, that answer to one name, the first wins (INV-FDT-4).
// - A value is read whole, with exactly the size its type has, or not at all (INV-FDT-6).
//
// Context: legal in every context, never blocks, reads only the blob. The blob must stay unchanged
// and in place while a Tree over it, or anything obtained from that Tree, lives.
#pragma once

#include <neuron/fdt/region.hpp>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <iterator>
#include <span>
#include <string_view>

namespace neuron::fdt {

// The largest blob we read. QEMU's tree of 512 harts is below a quarter of this.
inline constexpr std::size_t max_size = std::size_t{1024} * 1024;

// The deepest nesting of nodes; the root alone has depth 1. A caller may therefore recurse over
// children() with a bounded stack (INV-FDT-5).
inline constexpr unsigned max_depth = 16;

enum class Error : unsigned {
    Truncated,   // fewer bytes than the header, or than the size that it states
    BadMagic,    // not a device tree
    BadVersion,  // a format that a reader of version 17 cannot read
    BadLayout,   // a block lies outside the blob, is misaligned or does not end where it should
    BadToken,    // unknown, unbalanced or misplaced token in the structure block
    BadName,     // unterminated, empty or malformed name, path or unit address
    TooDeep,     // nesting beyond max_depth
    BadProperty, // a value runs out of the blob, or does not have the form that was asked for
    NotFound,    // no such node, property or entry
};

// In the order of Error.
inline constexpr std::string_view error_names[] = {"truncated",  "bad magic",    "bad version",
                                                   "bad layout", "bad token",    "bad name",
                                                   "too deep",   "bad property", "not found"};

[[nodiscard]] constexpr std::string_view to_string(Error error) {
    const auto index = static_cast<unsigned>(error);
    return index < std::size(error_names) ? error_names[index] : "unknown error";
}

// The size of a blob whose first 8 bytes (or more) are `header`: enough to know how much to map or
// copy before open(). At most max_size.
[[nodiscard]] std::expected<std::size_t, Error> total_size(std::span<const std::byte> header);

class Node;
class Property;

namespace detail {

// A place in an accepted blob: its first byte and the offset of a token or entry. Offset 0 is the
// header, where no token can be, so it means "past the last one".
struct Place {
    const std::byte* blob = nullptr;
    std::uint32_t at = 0;

    friend bool operator==(const Place&, const Place&) = default;
};

// The big-endian word in the 4 bytes from `bytes` on; any alignment.
[[nodiscard]] std::uint32_t word(const std::byte* bytes);

[[nodiscard]] Node node_at(Place place);
[[nodiscard]] Property property_at(Place place);
[[nodiscard]] Region region_at(Place place);

[[nodiscard]] Place next_node(Place place);     // in document order, whatever the depth
[[nodiscard]] Place next_sibling(Place place);  // skips what is inside
[[nodiscard]] Place next_property(Place place); // of the same node
[[nodiscard]] Place next_region(Place place);

// A forward iterator that turns places into items by `Read` and goes on by `Step`.
template <auto Read, auto Step>
class Iterator {
  public:
    using value_type = decltype(Read(Place{}));
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::forward_iterator_tag;

    Iterator() = default;
    explicit Iterator(Place place) : place_{place} {}

    [[nodiscard]] value_type operator*() const { return Read(place_); }
    Iterator& operator++() {
        place_ = Step(place_);
        return *this;
    }
    Iterator operator++(int) {
        const Iterator before = *this;
        ++*this;
        return before;
    }
    friend bool operator==(const Iterator&, const Iterator&) = default;
    friend bool operator==(const Iterator& left, std::default_sentinel_t) {
        return left.place_.at == 0;
    }

  private:
    Place place_;
};

template <auto Read, auto Step>
class Range {
  public:
    explicit Range(Place first) : first_{first} {}

    [[nodiscard]] Iterator<Read, Step> begin() const { return Iterator<Read, Step>{first_}; }
    [[nodiscard]] std::default_sentinel_t end() const { return {}; }
    [[nodiscard]] bool empty() const { return first_.at == 0; }

  private:
    Place first_;
};

} // namespace detail

using AllNodes = detail::Range<&detail::node_at, &detail::next_node>;
using Children = detail::Range<&detail::node_at, &detail::next_sibling>;
using Properties = detail::Range<&detail::property_at, &detail::next_property>;
using Reservations = detail::Range<&detail::region_at, &detail::next_region>;

// A value seen as an array of 32-bit cells.
class Cells {
  public:
    // The length of `bytes` must be a multiple of 4; Property::cells() checks that.
    explicit Cells(std::span<const std::byte> bytes) : bytes_{bytes} {}

    [[nodiscard]] std::size_t size() const { return bytes_.size() / 4; }
    // `index` must be below size().
    [[nodiscard]] std::uint32_t operator[](std::size_t index) const {
        return detail::word(bytes_.data() + 4 * index);
    }

  private:
    std::span<const std::byte> bytes_;
};

class Property {
  public:
    [[nodiscard]] std::string_view name() const;
    [[nodiscard]] std::span<const std::byte> bytes() const;

    // Each of these answers BadProperty if the value does not have exactly that form.
    [[nodiscard]] std::expected<std::uint32_t, Error> as_u32() const;
    [[nodiscard]] std::expected<std::uint64_t, Error> as_u64() const;
    [[nodiscard]] std::expected<std::string_view, Error> as_string() const; // one string, no more
    [[nodiscard]] std::expected<Cells, Error> cells() const;

    // True if the value is a list of strings, each with its NUL, and `wanted` is one of them.
    [[nodiscard]] bool has_string(std::string_view wanted) const;

  private:
    friend Property detail::property_at(detail::Place);
    explicit Property(detail::Place place) : place_{place} {}

    detail::Place place_;
};

class Node {
  public:
    // The name with its unit address, such as "cpu@0"; empty for the root, and only there.
    [[nodiscard]] std::string_view name() const;
    // The number after '@'. NotFound without '@'; BadName if it is not one hexadecimal number of
    // at most 64 bits. A hint for people: QEMU writes hart 10 as "cpu@10". Trust reg() instead.
    [[nodiscard]] std::expected<std::uint64_t, Error> unit_address() const;

    [[nodiscard]] Properties properties() const;
    [[nodiscard]] std::expected<Property, Error> property(std::string_view wanted) const;

    [[nodiscard]] Children children() const;
    // The first child with this name. Without '@' in `wanted`, unit addresses are ignored: "cpu"
    // finds "cpu@0".
    [[nodiscard]] std::expected<Node, Error> child(std::string_view wanted) const;

    [[nodiscard]] bool is_compatible(std::string_view wanted) const;
    // `status` is absent, "okay" or "ok". Any other value, a malformed one too, means no.
    [[nodiscard]] bool is_available() const;

    // The same place in the same blob, not merely the same contents.
    friend bool operator==(const Node&, const Node&) = default;

  private:
    friend class Tree;
    friend Node detail::node_at(detail::Place);
    friend std::expected<Region, Error> reg(Node, Node, std::size_t);
    explicit Node(detail::Place place) : place_{place} {}

    detail::Place place_;
};

class Tree {
  public:
    // Bytes behind the tree's own total size are ignored.
    [[nodiscard]] static std::expected<Tree, Error> open(std::span<const std::byte> blob);
    // Over a blob that open() has accepted, and nobody has written since: not checked again.
    [[nodiscard]] static Tree unsafe_of(std::span<const std::byte> blob) {
        return Tree{blob.data()};
    }

    // The tree's own bytes: what a kernel must not hand out as free memory.
    [[nodiscard]] std::span<const std::byte> bytes() const;
    // Memory that firmware wants left alone, from the memory reservation block.
    [[nodiscard]] Reservations reservations() const;

    [[nodiscard]] Node root() const;
    // Every node, parents before children.
    [[nodiscard]] AllNodes nodes() const;

    // The node at an absolute path, each component matched as by Node::child(). BadName if the
    // path is not absolute or a component is empty; "/" alone is the root.
    [[nodiscard]] std::expected<Node, Error> find(std::string_view path) const;
    // The first node in document order that is compatible and available; filter nodes() for all.
    [[nodiscard]] std::expected<Node, Error> find_device(std::string_view compatible) const;
    // `node` must come from this tree. NotFound for the root.
    [[nodiscard]] std::expected<Node, Error> parent(Node node) const;

  private:
    explicit Tree(const std::byte* blob) : blob_{blob} {}

    const std::byte* blob_;
};

// Entry `index` of the `reg` of `node`, as its parent addresses it (no translation by `ranges`).
// The parent's #address-cells (1 or 2; 2 if absent) and #size-cells (0 to 2; 1 if absent)
// give the form; other numbers, or a `reg` that is no whole number of entries, are
// BadProperty. NotFound without `reg` or behind its last entry.
[[nodiscard]] std::expected<Region, Error> reg(Node node, Node parent, std::size_t index);

} // namespace neuron::fdt
