/// Finds the name that someone may have meant.
package enum Suggestion {
    /// The nearest of `names`, if it is near enough: one slip in a short word, three at most in a long one.
    package static func closest(to word: String, among names: some Sequence<String>) -> String? {
        nearest(to: word, among: names)?.name
    }

    /// The nearest of two lists; of names that are equally near, one of the first list.
    package static func closest(to word: String, among names: some Sequence<String>, before others: some Sequence<String>) -> String? {
        guard let first = nearest(to: word, among: names) else { return closest(to: word, among: others) }
        guard let other = nearest(to: word, among: others), other.distance < first.distance else { return first.name }
        return other.name
    }

    private static func nearest(to word: String, among names: some Sequence<String>) -> (name: String, distance: Int)? {
        let written = Array(word.utf8)
        let allowed = min(max(written.count / 3, 1), 3)
        var best: (name: String, distance: Int)?
        for name in names {
            let candidate = Array(name.utf8)
            guard abs(candidate.count - written.count) <= allowed else { continue }
            let distance = lowercased(written) == lowercased(candidate) ? 0 : distance(written, candidate)
            guard distance <= allowed, distance < candidate.count else { continue }
            if best.map({ (distance, name) < ($0.distance, $0.name) }) ?? true { best = (name, distance) }
        }
        return best
    }

    private static func lowercased(_ word: [UInt8]) -> [UInt8] {
        word.map { $0 >= 65 && $0 <= 90 ? $0 + 32 : $0 }
    }

    /// Insertions, deletions, changes and swaps of neighbours that lead from one word to the other.
    private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var rows = [Array(0...b.count)]
        for (i, x) in a.enumerated() {
            var row = [i + 1]
            for (j, y) in b.enumerated() {
                var cost = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (x == y ? 0 : 1))
                if i > 0, j > 0, x == b[j - 1], a[i - 1] == y { cost = min(cost, rows[i - 1][j - 1] + 1) }
                row.append(cost)
            }
            rows.append(row)
        }
        return rows[a.count][b.count]
    }
}
