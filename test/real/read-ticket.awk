# Reads a ticket's state from its message files, and nothing else (docs/FORMAT.md).
#
#   awk -f read-ticket.awk TICKET/new/* TICKET/cur/*
#
# Prints one line a field, in the order of the alphabet: `state=open`. Sets are printed as `tag=a,b`.

function unique(path,   name) {
  name = path
  sub(/.*\//, "", name)
  sub(/:2,[A-Za-z]*$/, "", name)
  return name
}

function modified(path,   command, seconds) {
  command = "stat -c %.3Y '" path "'"
  command | getline seconds
  close(command)
  command = "date -u -d @" seconds " +%Y-%m-%dT%H:%M:%S.%3NZ"
  command | getline seconds
  close(command)
  return seconds
}

function finish() {
  if (path == "") return
  if (when == "") when = modified(path)
  files++
  key[files] = when " " unique(path)
  changes[files] = list
}

FNR == 1 { finish(); path = FILENAME; when = ""; list = ""; inside = 1 }

inside {
  line = $0
  sub(/\r$/, "", line)
  if (line ~ /^[ \t]+[^ \t]/ && last != "") next
  if (tolower(line) !~ /^ticket-[a-z0-9-]+[ \t]*:/) { inside = 0; last = ""; next }
  last = tolower(substr(line, 1, index(line, ":") - 1))
  sub(/[ \t]+$/, "", last)
  value = substr(line, index(line, ":") + 1)
  gsub(/^[ \t]+|[ \t]+$/, "", value)
  if (last == "ticket-time") when = value
  if (last ~ /^ticket-(set|add|remove)$/) list = list last "\t" value "\n"
}

function apply(change,   tab, how, field, value, equals) {
  tab = index(change, "\t")
  how = substr(change, 8, tab - 8)
  equals = index(substr(change, tab + 1), "=")
  if (equals < 2) return
  field = substr(change, tab + 1, equals - 1)
  value = substr(change, tab + 1 + equals)
  if (how == "set") { state[field] = value; return }
  if (how == "add") member[field "\t" value] = 1
  else delete member[field "\t" value]
}

END {
  finish()
  for (i = 2; i <= files; i++)
    for (j = i; j > 1 && key[j] < key[j - 1]; j--) {
      swap = key[j]; key[j] = key[j - 1]; key[j - 1] = swap
      swap = changes[j]; changes[j] = changes[j - 1]; changes[j - 1] = swap
    }
  for (i = 1; i <= files; i++) {
    n = split(changes[i], each, "\n")
    for (j = 1; j < n; j++) apply(each[j])
  }
  for (pair in member) {
    tab = index(pair, "\t")
    set = substr(pair, 1, tab - 1)
    if (state[set] == "") state[set] = substr(pair, tab + 1)
    else state[set] = state[set] "," substr(pair, tab + 1)
  }
  for (field in state) if (state[field] != "") print field "=" state[field] | "sort"
}
