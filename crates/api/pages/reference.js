// Lays out the reference, in light or dark as the reader's system has it.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const [paper, raised, text, soft, line, accent] = dark
    ? ["#15191c", "#1c2226", "#e4e8ea", "#a3adb3", "#343d43", "#6cc7bd"]
    : ["#ffffff", "#f4f6f6", "#1b2225", "#5a666c", "#d8dfe1", "#0b5d57"];
  const font = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
  const code = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace';
  const options = {
    expandResponses: "",
    hideDownloadButtons: true,
    generatedPayloadSamplesMaxDepth: 4,
    jsonSamplesExpandLevel: 3,
    maxDisplayedEnumValues: 8,
    nativeScrollbars: true,
    requiredPropsFirst: true,
    schemasExpansionLevel: 0,
    scrollYOffset: () => document.querySelector("header").offsetHeight,
    theme: {
      colors: {
        primary: { main: accent },
        border: { dark: line, light: line },
        text: { primary: text, secondary: soft },
        gray: { 50: raised, 100: raised },
        responses: { success: { backgroundColor: raised }, error: { backgroundColor: raised } },
      },
      schema: { linesColor: line, nestedBackground: raised, typeNameColor: soft, typeTitleColor: soft },
      sidebar: { backgroundColor: raised, textColor: text, activeTextColor: accent },
      rightPanel: { backgroundColor: "#1d2529" },
      typography: {
        fontFamily: font,
        fontSize: "16px",
        headings: { fontFamily: font, fontWeight: "600" },
        code: { fontFamily: code, fontSize: "14px", backgroundColor: raised, color: accent },
        links: { color: accent, visited: accent, hover: accent },
      },
    },
  };
  document.body.style.backgroundColor = paper;
  const element = document.getElementById("reference");
  const failed = (error) => {
    if (error) element.textContent = "The reference could not be laid out: " + error;
  };
  fetch("/openapi.json")
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
    .then((contract) => Redoc.init(withoutTheUsual(contract), options, element, failed))
    .catch(failed);
})();

// What every operation has in common is said once: it would hide what is its own.
function withoutTheUsual(contract) {
  const headers = ["X-Request-Id", "Accept-Language"];
  const statuses = ["401", "408", "429", "500", "503"];
  for (const operation of Object.values(contract.paths).flatMap((path) => Object.values(path))) {
    operation.parameters = (operation.parameters ?? []).filter((one) => !headers.includes(one.name));
    for (const status of statuses) {
      delete operation.responses[status];
    }
    for (const answer of Object.values(operation.responses)) {
      for (const name of ["X-Request-Id", "RateLimit", "RateLimit-Policy"]) {
        delete answer.headers?.[name];
      }
    }
  }
  contract.info.description +=
    "\n\nNot shown with each operation, because all have them: the headers `X-Request-Id`, `Accept-Language`, " +
    "`RateLimit` and `RateLimit-Policy`, and the answers 401, 408, 429, 500 and 503. [openapi.json](/openapi.json) " +
    "has them all.";
  return contract;
}
