# SPDX-License-Identifier: MIT
# Prints sections (##@), goals (`goal: ... ## text`) and variables (`NAME ?= default## text`).
BEGIN { print "usage: make [goal ...] [NAME=value ...]     (* = the default goal)" }
/^##@ / { printf "\n%s\n", substr($0, 5) }
/^[a-z%_.-]+:.*## / {
    goal = $0; sub(/:.*/, "", goal)
    text = $0; sub(/.*## /, "", text)
    printf "  %s%-16s %s\n", goal == "all" ? "*" : " ", goal, text
}
/^[A-Z_]+ \?=.*## *[^ ]/ {
    name = $1
    value = $0; sub(/^[A-Z_]+ \?= */, "", value); sub(/ *##.*/, "", value)
    sub(/^[A-Z_]+ \?= *##/, "", value)
    text = $0; sub(/.*## */, "", text)
    if ($0 ~ /^[A-Z_]+ \?=##/ || value ~ /^\$/) value = ""
    variables = variables sprintf("   %-16s %s%s\n", name "=", text, value == "" ? "" : " (" value ")")
}
END { printf "\nVariables\n%s", variables }
