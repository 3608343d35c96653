#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
# Makes a Debian source package and libgrit-dev from a build folder that cmake has made and that holds the archive of the sources, see README.md.
# usage: packaging/debian.sh <build folder>     the packages are then in <build folder>/debian
# Needs: debhelper, dpkg-dev, lintian, cmake, libboost-dev, libcurl4-openssl-dev, nlohmann-json3-dev
set -eu
cd "$1"
version=$(sed -n 's/^grit (\([0-9.]*\)-.*/\1/p' packaging/debian/changelog)
rm -rf debian
mkdir debian
cp "grit-$version.tar.gz" "debian/grit_$version.orig.tar.gz"
tar -xzf "grit-$version.tar.gz" -C debian
cp -R packaging/debian "debian/grit-$version/debian"
cd "debian/grit-$version"
dpkg-buildpackage --no-sign
cd ..
lintian --allow-root --fail-on error,warning ./*.changes
