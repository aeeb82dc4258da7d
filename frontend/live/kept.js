// What the student has changed in the cells of a page, kept by the browser: closing the laptop loses nothing.

const PREFIX = "containers-hands-on live ";

// A cell goes by its text in the book, so that what was written for it isn't given to another one in a newer edition.
export function openStore(page) {
  const name = PREFIX + page;
  const read = () => {
    try {
      return JSON.parse(localStorage.getItem(name)) ?? {};
    } catch {
      return {}; // not ours, or the browser keeps nothing
    }
  };
  const write = (texts) => {
    try {
      localStorage.setItem(name, JSON.stringify(texts));
      return true;
    } catch {
      return false;
    }
  };
  return {
    get: (original) => read()[original] ?? original,
    set: (original, text) => {
      const { [original]: _old, ...others } = read();
      return write(text === original ? others : { ...others, [original]: text });
    },
  };
}
