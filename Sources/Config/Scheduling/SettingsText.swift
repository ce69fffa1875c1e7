/// Settings for people: `path = value   # origin`, each on a line of its own, in aligned columns.
package struct SettingsText: CustomStringConvertible, Sendable {
    /// Ends with a line break, unless there are no settings.
    package let description: String

    /// Texts beyond these widths, in characters, stick out, so that one of them does not move all
    /// others.
    private static let pathWidthMax = 72
    private static let valueWidthMax = 40
    /// Longer values are cut.
    private static let valueCountMax = 400

    /// - Parameter file: the name of the document's file. Nil: it has none.
    package init(_ settings: [EffectiveSetting], file: String? = nil) {
        let rows = settings.map { setting in
            (path: setting.path, value: setting.value.onOneLine(countMax: Self.valueCountMax))
        }
        let pathWidth = Self.width(of: rows.map(\.path), atMost: Self.pathWidthMax)
        let valueWidth = Self.width(of: rows.map(\.value), atMost: Self.valueWidthMax)
        var text = ""
        for (row, setting) in zip(rows, settings) {
            text += row.path.padded(to: pathWidth) + " = " + row.value.padded(to: valueWidth)
            text += "   # \(setting.origin.text(inFile: file))\n"
        }
        description = text
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
