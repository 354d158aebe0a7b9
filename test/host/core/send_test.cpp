// SPDX-License-Identifier: MIT
// What may cross CPUs: accepted and refused, each trap of deriving it once. All at compile time.
#include <neuron/core/cpu_set.hpp>
#include <neuron/core/disjoint_slices.hpp>
#include <neuron/core/frozen.hpp>
#include <neuron/core/pid.hpp>
#include <neuron/core/qos.hpp>
#include <neuron/core/result.hpp>
#include <neuron/core/send.hpp>
#include <neuron/core/time.hpp>
#include <neuron/core/witness.hpp>

#include <doctest/doctest.h>
#include <span>
#include <string_view>

using namespace neuron::core;

namespace {

template <class T>
inline constexpr bool both = Send<T> && Sync<T>;
template <class T>
inline constexpr bool neither = !Send<T> && !Sync<T> && !Synchronized<T>;
enum class E { a };
static_assert(both<int> && both<double> && both<E> && both<bool> && both<std::nullptr_t> &&
              both<std::byte>);
static_assert(neither<int*> && neither<int&> && neither<void> && neither<void (*)()> &&
              neither<std::span<int>> && neither<std::string_view>);
static_assert(both<std::array<int, 100>> && neither<std::array<int*, 2>>);
static_assert(both<std::optional<int>> && both<std::variant<int, E>> &&
              both<std::expected<int, E>> && both<std::expected<void, E>> &&
              both<std::tuple<int, E>> && both<std::pair<int, int>>);
static_assert(neither<std::optional<int*>> && neither<std::variant<int, int*>>);
static_assert(both<std::chrono::nanoseconds> && both<std::monostate>);
struct G {
    int a;
    E e;
    std::optional<int> o;
    int arr[3][2];
    char c;
};
static_assert(both<G> && !Synchronized<G>);
struct P {
    int a;
    int* p;
};
static_assert(neither<P>);
struct R {
    int a;
    int& p;
};
static_assert(neither<R>);
int g;
struct R2 {
    int a;
    int& p = g;
    int c;
};
static_assert(neither<R2>);
struct R3 {
    int a;
    const int& p;
    int c;
};
static_assert(neither<R3>);
struct B0 {};
struct B1 : B0 {
    int x;
};
static_assert(neither<B1>);
struct B2 : B0 {};
static_assert(neither<B2>);
struct Im {
    Im(const Im&) = delete;
    Im(int);
};
struct I1 {
    Im i;
    int x;
};
static_assert(neither<I1>);
struct Mu {
    mutable int x;
};
static_assert(Send<Mu> && !Sync<Mu>);
struct Em {};
static_assert(both<Em>);
class Hid {
  public:
    int get() const { return x; }

  private:
    int x;
};
static_assert(neither<Hid>);
struct MC {
    int x;
    MC(MC&&) = default;
};
static_assert(neither<MC>);
class Slot {
    int a_;
    E b_;

  public:
    Slot(Slot&&);
    using neuron_members = Members<Slot, &Slot::a_, &Slot::b_>;
};
static_assert(both<Slot>);
struct DS : Slot {
    int* p;
};
static_assert(neither<DS>);
struct HasSlot {
    int k;
    Slot s;
    int a[4];
    Slot t;
};
static_assert(both<HasSlot>);
struct H2 {
    Slot s[2];
    int x;
    Slot t;
    int* q;
};
static_assert(neither<H2>);
struct Big {
    unsigned long regs[64];
    int y;
};
static_assert(both<Big>);
struct M32 {
    int a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, c0, c1, c2,
        c3, c4, c5, c6, c7, c8, c9, d0, d1;
};
static_assert(both<M32>);
union U {
    int a;
    float b;
};
static_assert(neither<U>);
struct Bits {
    int a : 3;
    unsigned b : 5;
};
static_assert(both<Bits>);
struct Nest {
    G g;
    M32 m;
    Big b[2];
};
static_assert(both<Nest>);
constexpr auto l = [x = 1] { return x; };
static_assert(neither<decltype(l)> && l() == 1);
static_assert(both<const int> && !Send<volatile int>);
struct Vol {
    volatile int x;
};
static_assert(neither<Vol>);
struct CM {
    const int x;
};
static_assert(both<CM>);

// Atomics cross; one of an address does not.
static_assert(Send<Atomic<int>> && Sync<Atomic<int>> && Synchronized<Atomic<int>>);
static_assert(neither<Atomic<int*>>);
struct Shared {
    Atomic<int> a;
    std::array<Atomic<std::uint64_t>, 3> b;
};
static_assert(Synchronized<Shared> && !Synchronized<int> && Synchronized<const int>);
struct Mixed {
    Atomic<int> a;
    int b;
};
static_assert(!Synchronized<Mixed> && Sync<Mixed>);

// Witnesses never cross.
static_assert(neither<IrqOff> && neither<Pinned> && neither<IrqContext>);

// What shares safely.
static_assert(both<Frozen<char>> && both<Ref<const int>> && neither<Borrowed<const int>>);
static_assert(Send<Slice<int>> && !Sync<Slice<int>> && !Send<Slice<int*>>);
static_assert(Synchronized<DisjointSlices<int, 2>> && !Send<DisjointSlices<int, 2>>);
static_assert(both<Pid> && both<QosClass> && both<Instant> && both<TickRate>);
static_assert(both<CpuSet<128>> && both<CpuId> && both<HartId>);
static_assert(both<Result<int, E>> && neither<Result<int*, E>>);

// The decision matrix: what each stands for, by the members that make it so.
class TaskLike {
  public:
    TaskLike(TaskLike&&) = default;

  private:
    std::uint64_t state_ = 0;

  public:
    using neuron_members = Members<TaskLike, &TaskLike::state_>;
};
} // namespace

/// It may migrate, and only its owner looks at it.
template <>
inline constexpr bool neuron::core::unsafe_sync<TaskLike> = false;

static_assert(Send<TaskLike> && !Sync<TaskLike>);

TEST_CASE("core: INV-CORE-8: what may cross CPUs is answered at compile time") {
    CHECK(Send<std::uint64_t>);
    CHECK_FALSE(Send<std::uint64_t*>);
}
