// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstring>
#include <libfdt.h>
#include <set>
#include <vector>

#include "walk.hpp"

namespace fdt_test {
namespace {

using namespace neuron::fdt;

constexpr std::size_t nowhere = ~std::size_t{0};

class Comparison {
  public:
    Comparison(const Tree& tree, const void* blob) : tree_{tree}, blob_{blob} {
        for (const Node node : tree.nodes())
            ours_.push_back(node);
        int depth = 0;
        for (int at = fdt_next_node(blob, -1, &depth); at >= 0 && depth >= 0;
             at = fdt_next_node(blob, at, &depth)) {
            theirs_.push_back(at);
        }
    }

    std::string run() {
        if (fdt_check_header(blob_) != 0)
            return "libfdt rejects the header";
        if (ours_.size() != theirs_.size())
            return "number of nodes";
        compare_reservations();
        for (std::size_t i = 0; i < ours_.size() && difference_.empty(); ++i) {
            compare_properties(i);
            compare_relatives(i);
            compare_paths(i);
            compare_regions(i);
            if (!difference_.empty())
                difference_ += " of node " + path_of(i);
        }
        if (difference_.empty())
            compare_compatibles();
        return difference_;
    }

  private:
    void expect(bool condition, std::string_view what) {
        if (!condition && difference_.empty())
            difference_ = what;
    }

    std::size_t index(const std::expected<Node, Error>& node) const {
        if (!node)
            return nowhere;
        return static_cast<std::size_t>(std::ranges::find(ours_, *node) - ours_.begin());
    }
    std::size_t index(int offset) const {
        if (offset < 0)
            return nowhere;
        return static_cast<std::size_t>(std::ranges::find(theirs_, offset) - theirs_.begin());
    }
    std::string path_of(std::size_t i) const {
        std::vector<char> path(tree_.bytes().size());
        const int length = static_cast<int>(path.size());
        return fdt_get_path(blob_, theirs_[i], path.data(), length) == 0 ? path.data() : "?";
    }

    void compare_reservations() {
        int i = 0;
        bool all_have_a_size = true;
        for (const Region region : tree_.reservations()) {
            std::uint64_t address = 0;
            std::uint64_t size = 0;
            expect(fdt_get_mem_rsv(blob_, i++, &address, &size) == 0 &&
                       region == Region{address, size},
                   "reservation");
            all_have_a_size = all_have_a_size && region.size != 0;
        }
        // libfdt stops at a size of 0, whatever the address; the format asks for both to be 0.
        expect(!all_have_a_size || fdt_num_mem_rsv(blob_) == i, "number of reservations");
    }

    void compare_properties(std::size_t i) {
        int length = 0;
        const char* const name = fdt_get_name(blob_, theirs_[i], &length);
        expect(name != nullptr && ours_[i].name() == name, "name");
        int at = fdt_first_property_offset(blob_, theirs_[i]);
        for (const Property property : ours_[i].properties()) {
            const char* their_name = nullptr;
            const void* const bytes = fdt_getprop_by_offset(blob_, at, &their_name, &length);
            if (bytes == nullptr)
                return expect(false, "number of properties");
            expect(property.name() == their_name, "property name");
            const auto value = property.bytes();
            expect(value.size() == static_cast<std::size_t>(length) &&
                       std::memcmp(value.data(), bytes, value.size()) == 0,
                   "property value");
            const void* const first = fdt_getprop(blob_, theirs_[i], their_name, &length);
            const auto ours = ours_[i].property(their_name);
            expect(ours && ours->bytes().data() == first, "property by name");
            at = fdt_next_property_offset(blob_, at);
        }
        expect(at == -FDT_ERR_NOTFOUND, "number of properties");
        expect(!ours_[i].property("absent"), "absent property");
        const void* const status = fdt_getprop(blob_, theirs_[i], "status", &length);
        expect(ours_[i].is_available() ==
                   (status == nullptr || (length == 5 && std::memcmp(status, "okay", 5) == 0) ||
                    (length == 3 && std::memcmp(status, "ok", 3) == 0)),
               "availability");
    }

    void compare_relatives(std::size_t i) {
        int at = fdt_first_subnode(blob_, theirs_[i]);
        for (const Node child : ours_[i].children()) {
            expect(index(child) == index(at), "child");
            at = at < 0 ? at : fdt_next_subnode(blob_, at);
        }
        expect(at == -FDT_ERR_NOTFOUND, "number of children");
        expect(index(tree_.parent(ours_[i])) == index(fdt_parent_offset(blob_, theirs_[i])),
               "parent");
    }

    // The whole path, and the path without the last unit address.
    void compare_paths(std::size_t i) {
        std::string path = path_of(i);
        expect(index(tree_.find(path)) == index(fdt_path_offset(blob_, path.c_str())), "path");
        path.resize(std::min(path.rfind('@'), path.size()));
        if (path.back() == '/')
            return; // the root, or a name that is nothing but an address
        expect(index(tree_.find(path)) == index(fdt_path_offset(blob_, path.c_str())),
               "path without unit address");
    }

    void compare_regions(std::size_t i) {
        const int parent = fdt_parent_offset(blob_, theirs_[i]);
        int length = 0;
        const void* const value = fdt_getprop(blob_, theirs_[i], "reg", &length);
        if (parent < 0 || value == nullptr)
            return;
        const Node ours = *tree_.parent(ours_[i]);
        const int address = fdt_address_cells(blob_, parent);
        const int size = fdt_size_cells(blob_, parent);
        if (address < 1 || address > 2 || size < 0 || size > 2 ||
            length % (4 * (address + size)) != 0) {
            return expect(!reg(ours_[i], ours, 0), "reg that should be refused");
        }
        const auto* from = static_cast<const fdt32_t*>(value);
        const auto take = [&from](int cells) {
            std::uint64_t number = 0;
            for (; cells > 0; --cells)
                number = number << 32 | fdt32_ld(from++);
            return number;
        };
        std::size_t count = 0;
        for (int left = length; left > 0; left -= 4 * (address + size)) {
            const std::uint64_t first = take(address);
            const Region expected{first, take(size)};
            const auto region = reg(ours_[i], ours, count++);
            expect(region && *region == expected, "reg");
        }
        expect(reg(ours_[i], ours, count) == std::unexpected{Error::NotFound}, "end of reg");
    }

    void compare_compatibles() {
        std::set<std::string> names{"absent"};
        for (const int node : theirs_) {
            const int count = fdt_stringlist_count(blob_, node, "compatible");
            // libfdt searches a malformed list up to the fault; for us it is no list at all.
            if (count == -FDT_ERR_BADVALUE)
                return;
            for (int i = 0; i < count; ++i) {
                names.insert(fdt_stringlist_get(blob_, node, "compatible", i, nullptr));
            }
        }
        names.erase(""); // with which libfdt reads on behind the list
        for (const std::string& name : names) {
            int at = fdt_node_offset_by_compatible(blob_, -1, name.c_str());
            std::expected<Node, Error> device = std::unexpected{Error::NotFound};
            for (const Node node : ours_) {
                if (!node.is_compatible(name))
                    continue;
                if (!device && node.is_available())
                    device = node;
                expect(index(node) == index(at), "compatible " + name);
                at = at < 0 ? at : fdt_node_offset_by_compatible(blob_, at, name.c_str());
            }
            expect(tree_.find_device(name) == device, "device " + name);
            expect(at == -FDT_ERR_NOTFOUND, "number of compatible " + name);
        }
    }

    const Tree& tree_;
    const void* blob_;
    std::vector<Node> ours_;
    std::vector<int> theirs_;
    std::string difference_;
};

} // namespace

std::string differs_from_libfdt(const Tree& tree, std::span<const std::byte> blob) {
    return Comparison{tree, blob.data()}.run();
}

} // namespace fdt_test
