/// Settings for people: `path = value   # origin`, each on a line of its own, in aligned columns.
package enum SettingsText {
    package typealias Row = (path: String, value: String, origin: String)

    /// Texts beyond these widths, in characters, stick out, so that one of them does not move all
    /// others.
    private static let pathWidthMax = 72
    private static let valueWidthMax = 40
    /// Longer values are cut.
    private static let valueCountMax = 400

    /// - Parameter file: the name of the document's file. Nil: it has none.
    package static func text(of settings: [EffectiveSetting], file: String? = nil) -> String {
        text(of: settings.map { ($0.path, $0.value, $0.origin.text(inFile: file)) })
    }

    /// Ends with a line break, unless there are no rows.
    package static func text(of rows: [Row]) -> String {
        let rows = rows.map { row -> Row in
            (row.path, row.value.onOneLine(countMax: valueCountMax), row.origin)
        }
        let pathWidth = width(of: rows.map(\.path), atMost: pathWidthMax)
        let valueWidth = width(of: rows.map(\.value), atMost: valueWidthMax)
        return rows.reduce(into: "") { text, row in
            text += "\(row.path.padded(to: pathWidth)) = \(row.value.padded(to: valueWidth))"
            text += "   # \(row.origin)\n"
        }
    }

    /// Of a column: that of the widest text that fits.
    private static func width(of texts: [String], atMost most: Int) -> Int {
        texts.lazy.map(\.count).filter { $0 <= most }.max() ?? 0
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, width - count))
    }
}
