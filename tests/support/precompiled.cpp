// SPDX-License-Identifier: BSL-1.0
// Empty: CMake precompiles headers for a target only if one of its sources takes them, and catch_main.cpp cannot.
