// SPDX-License-Identifier: MIT
// open() and its checks, which trust nothing. A blob is at most max_size long, so sums of checked
// offsets cannot overflow.
#include "layout.hpp"

namespace neuron::fdt {
namespace {

using namespace layout;

// The block whose offset and size are these words of the header; no data if it is not all inside.
std::span<const std::byte> block_at(std::span<const std::byte> blob, std::uint32_t at_offset,
                                    std::uint32_t at_size) {
    const std::uint32_t offset = word(&blob[at_offset]);
    const std::uint32_t size = word(&blob[at_size]);
    if (offset < header_size || offset > blob.size() || size > blob.size() - offset)
        return {};
    return blob.subspan(offset, size);
}

bool reservations_end(std::span<const std::byte> blob) {
    const std::uint32_t offset = word(&blob[at_reservations]);
    if (offset < header_size || offset > blob.size() || offset % 8 != 0)
        return false;
    for (blob = blob.subspan(offset); blob.size() >= region_size;
         blob = blob.subspan(region_size)) {
        if (region(blob.data()) == Region{})
            return true;
    }
    return false;
}

// INV-FDT-1: every offset that the walk will follow is checked here against its block's end.
std::expected<void, Error> check_structure(std::span<const std::byte> block,
                                           std::span<const std::byte> strings) {
    const auto fail = [](Error error) { return std::unexpected{error}; };
    // Every name that starts before the last NUL of the strings ends there at the latest.
    while (!strings.empty() && strings.back() != std::byte{0}) {
        strings = strings.first(strings.size() - 1);
    }
    const auto size = static_cast<std::uint32_t>(block.size());
    unsigned depth = 0;
    bool had_root = false;
    bool properties_allowed = false;

    // Multiples of 4, both: so an aligned step that starts inside cannot end outside.
    for (std::uint32_t at = 0; at < size;) {
        const std::uint32_t kind = word(&block[at]);
        at += 4;
        switch (kind) {
        case nop:
            break;

        case begin_node: {
            if (depth == 0 && had_root)
                return fail(Error::BadToken);
            if (depth == max_depth)
                return fail(Error::TooDeep); // INV-FDT-5
            const std::uint32_t name = at;
            for (;; ++at) {
                if (at == size || block[at] == std::byte{'/'})
                    return fail(Error::BadName);
                if (block[at] == std::byte{0})
                    break;
            }
            if ((at == name) != (depth == 0))
                return fail(Error::BadName);
            at = aligned(at + 1);
            ++depth;
            had_root = true;
            properties_allowed = true;
            break;
        }
        case prop: {
            if (!properties_allowed)
                return fail(Error::BadToken);
            if (size - at < 8)
                return fail(Error::BadProperty);
            const std::uint32_t length = word(&block[at]);
            const std::uint32_t name = word(&block[at + 4]);
            at += 8;
            if (length > size - at)
                return fail(Error::BadProperty);
            if (name >= strings.size() || strings[name] == std::byte{0}) {
                return fail(Error::BadName);
            }
            at += aligned(length);
            break;
        }
        case end_node:
            if (depth == 0)
                return fail(Error::BadToken);
            --depth;
            properties_allowed = false;
            break;

        case end:
            if (depth != 0 || !had_root)
                return fail(Error::BadToken);
            if (at != size)
                return fail(Error::BadLayout);
            return {};

        default:
            return fail(Error::BadToken);
        }
    }
    return fail(Error::BadToken); // no END
}

} // namespace

std::expected<std::size_t, Error> total_size(std::span<const std::byte> header) {
    if (header.size() < 8)
        return std::unexpected{Error::Truncated};
    if (word(header.data()) != magic)
        return std::unexpected{Error::BadMagic};
    const std::uint32_t size = word(&header[at_total_size]);
    if (size < header_size || size > max_size)
        return std::unexpected{Error::BadLayout};
    return size;
}

// INV-FDT-3: layout is judged here, once; no accessor has such an error to report.
std::expected<Tree, Error> Tree::open(std::span<const std::byte> blob) {
    const auto size = fdt::total_size(blob);
    if (!size)
        return std::unexpected{size.error()};
    if (blob.size() < *size)
        return std::unexpected{Error::Truncated};
    blob = blob.first(*size);

    if (word(&blob[at_version]) < our_version || word(&blob[at_last_compatible]) > our_version) {
        return std::unexpected{Error::BadVersion};
    }
    const auto structure = block_at(blob, at_structure, at_structure_size);
    const auto strings = block_at(blob, at_strings, at_strings_size);
    if (structure.data() == nullptr || strings.data() == nullptr ||
        ((word(&blob[at_structure]) | structure.size()) & 3) != 0 || !reservations_end(blob)) {
        return std::unexpected{Error::BadLayout};
    }
    const auto checked = check_structure(structure, strings);
    if (!checked)
        return std::unexpected{checked.error()};
    return Tree{blob.data()};
}

} // namespace neuron::fdt
