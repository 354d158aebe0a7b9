# SPDX-License-Identifier: MIT
# Reads what the compiler says of each function's frame (-fstack-usage): none may be larger than
# `limit`, or of a size that only the run knows. The compiler's own warning passes over functions of
# system headers, whatever they are instantiated with.
BEGIN { FS = "\t" }
$2 > limit || $3 ~ /dynamic/ {
    split($1, place, ":")
    name = $1
    sub("^[^:]*:[0-9]*:([0-9]*:)?", "", name) # clang gives no column
    printf "%s:%s: a frame of %s bytes%s: at most %s (an eighth of a stack: CONFIG_STACK_SHIFT): %s\n",
        place[1], place[2], $2, $3 ~ /dynamic/ ? " and more" : "", limit, name > "/dev/stderr"
    bad = 1
}
END { exit bad }
