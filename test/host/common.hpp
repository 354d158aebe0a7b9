// SPDX-License-Identifier: MIT
// What host tests include most, read once (mk/host.mk). A test includes what it uses all the same.
#pragma once

#include <algorithm>
#include <array>
#include <doctest/doctest.h>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>
