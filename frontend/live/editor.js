// The text of a cell, to edit: CodeMirror, in the colours that the book gives to code.

import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorView, keymap } from "@codemirror/view";
import { tagHighlighter, tags } from "@lezer/highlight";

// The classes that Sphinx gives to the same things, for which the book's theme has a colour in light and in dark.
const highlighter = tagHighlighter([
  { tag: [tags.keyword, tags.bool, tags.null], class: "k" },
  { tag: [tags.string, tags.special(tags.string)], class: "s2" },
  { tag: tags.comment, class: "c1" },
  { tag: tags.number, class: "mi" },
  { tag: tags.operator, class: "o" },
  { tag: tags.standard(tags.variableName), class: "nb" },
]);

// Tab is not among the keys: it leaves the editor, as it leaves any other control.
export function makeEditor({ parent, text, label, onChange, onRun }) {
  const run = (next) => () => {
    onRun(next);
    return true;
  };
  const runKeys = [
    { key: "Shift-Enter", run: run(true) },
    { key: "Mod-Enter", run: run(false) },
  ];
  return new EditorView({
    parent,
    doc: text,
    extensions: [
      keymap.of([...runKeys, ...defaultKeymap, ...historyKeymap]),
      history(),
      python(),
      indentUnit.of("    "),
      indentOnInput(),
      bracketMatching(),
      syntaxHighlighting(highlighter),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": label }),
      EditorView.updateListener.of((update) => update.docChanged && onChange(update.state.doc.toString())),
    ],
  });
}
