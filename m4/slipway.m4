dnl SPDX-License-Identifier: MIT
dnl SLIPWAY_NEED(VAR, MODULE, DEBIAN-PACKAGE): a library the program cannot be built without.
dnl All missing ones are named in one message (SLIPWAY_MISSING_STOP), each with its package.
AC_DEFUN([SLIPWAY_NEED], [
PKG_CHECK_MODULES([$1], [$2], [], [
  slipway_missing="$slipway_missing
    $2   (Debian package: $3)"])
])

dnl SLIPWAY_PROGRAM(NAME, FOUND, DEBIAN-PACKAGE): a program that the build needs, and whether it was found.
AC_DEFUN([SLIPWAY_PROGRAM], [
AS_IF([test "x$2" = x], [
  slipway_missing="$slipway_missing
    the program $1   (Debian package: $3)"])
])

AC_DEFUN([SLIPWAY_MISSING_STOP], [
AS_IF([test "x$slipway_missing" != x], [
  AC_MSG_ERROR([these are missing or too old:$slipway_missing

  './bootstrap build' installs them all.])])
])

dnl SLIPWAY_WANT(VAR, MODULE, DEBIAN-PACKAGE): a library that only the tests need.
AC_DEFUN([SLIPWAY_WANT], [
PKG_CHECK_MODULES([$1], [$2], [have_$1=yes], [
  have_$1=no
  AC_MSG_WARN([$2 is missing (Debian package: $3): tests that need it are skipped])])
])

dnl SLIPWAY_SWITCH(NAME, HELP): --enable-NAME, off by default, yes or no only.
AC_DEFUN([SLIPWAY_SWITCH], [
AC_ARG_ENABLE([$1], [AS_HELP_STRING([--enable-$1], [$2 @<:@default=no@:>@])],
  [AS_CASE([$enableval], [yes|no], [], [AC_MSG_ERROR([--enable-$1 takes yes or no])])],
  [enable_$1=no])
])

AC_DEFUN([SLIPWAY_COMPILER_FLAGS], [
WARN_CFLAGS="-Wall -Wextra -Wshadow -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings -Wvla -Wformat=2 -Wundef"
AS_IF([test "x$enable_werror" = xyes], [WARN_CFLAGS="$WARN_CFLAGS -Werror"])
SAN_CFLAGS=
AS_IF([test "x$enable_asan" = xyes], [SAN_CFLAGS="$SAN_CFLAGS -fsanitize=address"])
AS_IF([test "x$enable_ubsan" = xyes], [SAN_CFLAGS="$SAN_CFLAGS -fsanitize=undefined -fno-sanitize-recover=undefined"])
AS_IF([test "x$enable_fuzz" = xyes], [
  SAN_CFLAGS="-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined"])
AS_IF([test "x$SAN_CFLAGS" != x], [SAN_CFLAGS="$SAN_CFLAGS -fno-omit-frame-pointer"])
AS_IF([test "x$enable_coverage" = xyes], [SAN_CFLAGS="$SAN_CFLAGS --coverage -O0"])
AC_SUBST([WARN_CFLAGS])
AC_SUBST([SAN_CFLAGS])
])

dnl Tables of pointers in a position-independent program need 24 bytes of relocations each, all read at every start;
dnl packed, next to none. Wants binutils 2.38 and a libc that knows them (glibc 2.36): tried, not guessed.
AC_DEFUN([SLIPWAY_LINKER_FLAGS], [
AC_MSG_CHECKING([whether relocations can be packed])
PACK_LDFLAGS="-Wl,-z,pack-relative-relocs"
slipway_ldflags=$LDFLAGS
LDFLAGS="$LDFLAGS $PACK_LDFLAGS $SAN_CFLAGS"
AC_RUN_IFELSE([AC_LANG_PROGRAM(
  [[#include <string.h>
    static const char *volatile words[] = {"one", "two"};]],
  [[return strcmp(words[1], "two") != 0;]])],
  [AC_MSG_RESULT([yes])],
  [AC_MSG_RESULT([no]); PACK_LDFLAGS=],
  [AC_MSG_RESULT([not tried: cross compiling]); PACK_LDFLAGS=])
LDFLAGS=$slipway_ldflags
AC_SUBST([PACK_LDFLAGS])
])

AC_DEFUN([SLIPWAY_SUMMARY], [
AC_MSG_NOTICE([
  slipway $VERSION
    prefix          $prefix
    compiler        $CC $CFLAGS
    werror          $enable_werror
    asan / ubsan    $enable_asan / $enable_ubsan
    coverage        $enable_coverage
    unit tests      $have_CMOCKA (cmocka)
    screen tests    $have_VTERM (libvterm)
    translations    $USE_NLS
])
])
