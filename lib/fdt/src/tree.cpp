// SPDX-License-Identifier: MIT
// The walk, which trusts the checks of open(). INV-FDT-2: each step goes forward, and the checks
// saw an END to stop it.
#include "layout.hpp"

namespace neuron::fdt {
namespace {

using detail::Place;
using namespace layout;
using namespace std::string_view_literals;

std::uint32_t token(Place place) {
    return word(place.blob + place.at);
}

[[gnu::noinline]] std::string_view text(const std::byte* bytes) {
    // SAFETY: char may alias any object. A NUL follows inside the blob: the checks saw it.
    const auto* const first = static_cast<const char*>(static_cast<const void*>(bytes));
    std::size_t length = 0;
    while (first[length] != '\0')
        ++length;
    return {first, length};
}

// What stands behind `wanted` in the NUL-terminated string at `bytes`: NUL if they are equal.
// Anything that is no such byte means that the string does not start with `wanted`.
constexpr int mismatch = -1;
[[gnu::noinline]] int behind(const std::byte* bytes, std::string_view wanted) {
    for (const char letter : wanted) {
        if (letter == '\0' || *bytes != static_cast<std::byte>(letter))
            return mismatch;
        ++bytes;
    }
    return std::to_integer<int>(*bytes);
}

// Where the token behind this one starts.
Place after(Place place) {
    std::uint32_t length = 4;
    switch (token(place)) {
    case begin_node:
        length += static_cast<std::uint32_t>(text(place.blob + place.at + 4).size()) + 1;
        break;
    case prop:
        length += 8 + word(place.blob + place.at + 4);
        break;
    default:
        break;
    }
    return {place.blob, place.at + aligned(length)};
}

// The next node in document order, if `level` fits: 1 is the first child, 0 the next sibling.
constexpr int any_level = -2 * static_cast<int>(max_depth);
Place next_at_level(Place place, int level) {
    for (int inside = 1;;) {
        place = after(place);
        switch (token(place)) {
        case begin_node:
            if (inside == level || level == any_level)
                return place;
            ++inside;
            break;
        case end_node:
            --inside;
            if (inside < level)
                return {};
            break;
        case end:
            return {};
        default:
            break;
        }
    }
}

bool is_just(std::span<const std::byte> value, std::string_view wanted) {
    return value.size() == wanted.size() + 1 && behind(value.data(), wanted) == 0;
}

Place child_named(Place node, std::string_view wanted) {
    bool any_address = true;
    for (const char letter : wanted)
        any_address = any_address && letter != '@';
    Place child = wanted.empty() ? Place{} : next_at_level(node, 1);
    while (child.at != 0) {
        const int next = behind(child.blob + child.at + 4, wanted);
        if (next == 0 || (next == '@' && any_address))
            break;
        child = next_at_level(child, 0);
    }
    return child;
}

const std::byte* name_of(Place property) {
    const std::byte* const blob = property.blob;
    return blob + word(blob + at_strings) + word(blob + property.at + 8);
}

// INV-FDT-4: the first of two equal names.
Place property_named(Place node, std::string_view wanted) {
    do
        node = detail::next_property(node);
    while (node.at != 0 && behind(name_of(node), wanted) != 0);
    return node;
}

template <class Item>
std::expected<Item, Error> found(Place place, Item (*read)(Place)) {
    if (place.at == 0)
        return std::unexpected{Error::NotFound};
    return read(place);
}

// More than any count we accept, for a property that holds no number at all.
constexpr std::uint32_t no_count = ~std::uint32_t{0};

[[gnu::noinline]] std::uint32_t cell_count(Place parent, std::string_view name,
                                           std::uint32_t fallback) {
    const Place property = property_named(parent, name);
    if (property.at == 0)
        return fallback;
    return detail::property_at(property).as_u32().value_or(no_count);
}

} // namespace

namespace detail {

// Out of line: a byte-wise load is a dozen instructions.
[[gnu::noinline]] std::uint32_t word(const std::byte* bytes) {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i)
        value = value << 8 | std::to_integer<std::uint32_t>(bytes[i]);
    return value;
}

Node node_at(Place place) {
    return Node{place};
}
Property property_at(Place place) {
    return Property{place};
}

Region region_at(Place place) {
    return region(place.blob + place.at);
}

Place next_node(Place place) {
    return next_at_level(place, any_level);
}
Place next_sibling(Place place) {
    return next_at_level(place, 0);
}

Place next_property(Place place) {
    for (;;) {
        place = after(place);
        const std::uint32_t kind = token(place);
        if (kind == prop)
            return place;
        if (kind != nop)
            return {};
    }
}

Place next_region(Place place) {
    place.at += region_size;
    return region_at(place) == Region{} ? Place{} : place;
}

} // namespace detail

std::span<const std::byte> Tree::bytes() const {
    return {blob_, word(blob_ + at_total_size)};
}

Reservations Tree::reservations() const {
    const Place before{blob_, word(blob_ + at_reservations) - region_size};
    return Reservations{detail::next_region(before)};
}

Node Tree::root() const {
    Place place{blob_, word(blob_ + at_structure)};
    while (token(place) == nop)
        place.at += 4;
    return Node{place};
}

AllNodes Tree::nodes() const {
    return AllNodes{root().place_};
}

std::expected<Node, Error> Tree::find(std::string_view path) const {
    if (path.empty() || path.front() != '/')
        return std::unexpected{Error::BadName};
    Place node = root().place_;
    if (path.size() == 1)
        return Node{node};
    while (node.at != 0 && !path.empty()) {
        path.remove_prefix(1);
        std::size_t length = 0;
        while (length < path.size() && path[length] != '/')
            ++length;
        if (length == 0)
            return std::unexpected{Error::BadName};
        node = child_named(node, {path.data(), length});
        path.remove_prefix(length);
    }
    return found(node, detail::node_at);
}

std::expected<Node, Error> Tree::find_device(std::string_view compatible) const {
    for (const Node node : nodes())
        if (node.is_compatible(compatible) && node.is_available())
            return node;
    return std::unexpected{Error::NotFound};
}

std::expected<Node, Error> Tree::parent(Node node) const {
    // The last sibling that does not start behind a node is the node or contains it.
    Node above = root();
    while (above.place_.at < node.place_.at) {
        Node inner = above;
        for (const Node child : above.children()) {
            if (child.place_.at > node.place_.at)
                break;
            inner = child;
        }
        if (inner == node)
            return above;
        if (inner == above)
            break; // not a node of this tree
        above = inner;
    }
    return std::unexpected{Error::NotFound};
}

std::string_view Node::name() const {
    return text(place_.blob + place_.at + 4);
}

std::expected<std::uint64_t, Error> Node::unit_address() const {
    std::string_view rest = name();
    while (!rest.empty() && rest.front() != '@')
        rest.remove_prefix(1);
    if (rest.empty())
        return std::unexpected{Error::NotFound};
    rest.remove_prefix(1);
    if (rest.empty())
        return std::unexpected{Error::BadName};

    std::uint64_t value = 0;
    for (const char letter : rest) {
        const auto code = static_cast<unsigned char>(letter);
        const unsigned decimal = code - unsigned{'0'};
        const unsigned alphabetic = (code | 0x20U) - unsigned{'a'};
        if ((decimal > 9 && alphabetic > 5) || value >> 60 != 0) {
            return std::unexpected{Error::BadName};
        }
        value = value << 4 | (decimal <= 9 ? decimal : alphabetic + 10);
    }
    return value;
}

Properties Node::properties() const {
    return Properties{detail::next_property(place_)};
}

std::expected<Property, Error> Node::property(std::string_view wanted) const {
    return found(property_named(place_, wanted), detail::property_at);
}

Children Node::children() const {
    return Children{next_at_level(place_, 1)};
}

std::expected<Node, Error> Node::child(std::string_view wanted) const {
    return found(child_named(place_, wanted), detail::node_at);
}

bool Node::is_compatible(std::string_view wanted) const {
    const Place list = property_named(place_, "compatible"sv);
    return list.at != 0 && detail::property_at(list).has_string(wanted);
}

bool Node::is_available() const {
    const Place status = property_named(place_, "status"sv);
    if (status.at == 0)
        return true;
    const auto value = detail::property_at(status).bytes();
    return is_just(value, "okay"sv) || is_just(value, "ok"sv);
}

std::string_view Property::name() const {
    return text(name_of(place_));
}

std::span<const std::byte> Property::bytes() const {
    const std::byte* const header = place_.blob + place_.at;
    return {header + 12, word(header + 4)};
}

// INV-FDT-6: the size has to be the type's size, to the byte.
std::expected<std::uint32_t, Error> Property::as_u32() const {
    const auto value = bytes();
    if (value.size() != 4)
        return std::unexpected{Error::BadProperty};
    return word(value.data());
}

std::expected<std::uint64_t, Error> Property::as_u64() const {
    const auto value = bytes();
    if (value.size() != 8)
        return std::unexpected{Error::BadProperty};
    return number(value.data(), 2);
}

std::expected<std::string_view, Error> Property::as_string() const {
    const auto value = bytes();
    if (value.empty() || value.back() != std::byte{0})
        return std::unexpected{Error::BadProperty};
    const std::string_view string = text(value.data());
    if (string.size() + 1 != value.size())
        return std::unexpected{Error::BadProperty};
    return string;
}

std::expected<Cells, Error> Property::cells() const {
    const auto value = bytes();
    if (value.size() % 4 != 0)
        return std::unexpected{Error::BadProperty};
    return Cells{value};
}

bool Property::has_string(std::string_view wanted) const {
    auto rest = bytes();
    if (rest.empty() || rest.back() != std::byte{0})
        return false;
    while (!rest.empty()) {
        if (behind(rest.data(), wanted) == 0)
            return true;
        rest = rest.subspan(text(rest.data()).size() + 1);
    }
    return false;
}

std::expected<Region, Error> reg(Node node, Node parent, std::size_t index) {
    const std::size_t address = cell_count(parent.place_, "#address-cells"sv, 2);
    const std::size_t size = cell_count(parent.place_, "#size-cells"sv, 1);
    if (address < 1 || address > 2 || size > 2)
        return std::unexpected{Error::BadProperty};
    const Place property = property_named(node.place_, "reg"sv);
    if (property.at == 0)
        return std::unexpected{Error::NotFound};

    const auto value = detail::property_at(property).bytes();
    const std::size_t entry = 4 * (address + size);
    if (value.size() % entry != 0)
        return std::unexpected{Error::BadProperty};
    if (index >= value.size() / entry)
        return std::unexpected{Error::NotFound};
    const std::byte* const first = value.data() + index * entry;
    return Region{number(first, address), number(first + 4 * address, size)};
}

} // namespace neuron::fdt
