// SPDX-License-Identifier: MIT
// What lies in one slot of a ring: the content of one of the image's user kinds.
#pragma once

#include <neuron/ipi/kind.hpp>

#include <utility>
#include <variant>

namespace neuron::ipi {

template <class Rings>
class Letter;

/// Several kinds: the content says which.
template <class... K>
class Letter<core::TypeList<K...>> {
    using Rings = core::TypeList<K...>;

  public:
    Letter() = default;
    template <class Kind>
    Letter(std::type_identity<Kind>, Content<Kind> content)
        : content_(std::in_place_index<Rings::template index_of<Kind>() + 1>, std::move(content)) {}

    /// open.operator()<Kind>(content), once, with the kind that it was made of.
    template <class Open>
    void open(Open use) {
        (void)((content_.index() == Rings::template index_of<K>() + 1 &&
                (use.template operator()<K>(
                     std::move(*std::get_if<Rings::template index_of<K>() + 1>(&content_))),
                 true)) ||
               ...);
    }

  private:
    std::variant<std::monostate, Content<K>...> content_;

  public:
    using neuron_members = core::Members<Letter, &Letter::content_>;
};

template <class K>
class Letter<core::TypeList<K>> {
  public:
    Letter() = default;
    Letter(std::type_identity<K>, Content<K> content) : content_(std::move(content)) {}

    template <class Open>
    void open(Open use) {
        use.template operator()<K>(std::move(content_));
    }

  private:
    Content<K> content_{};

  public:
    using neuron_members = core::Members<Letter, &Letter::content_>;
};

} // namespace neuron::ipi
