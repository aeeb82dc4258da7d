// What the bundler gives to scripts that import a style sheet.
declare module "*.css" {
  const text: string;
  export default text;
}
