// The styles of what this page shows, gathered into one file beside the bundle.

import "@jupyter-widgets/base/css/index.css";
import "@jupyter-widgets/controls/css/widgets-base.css";
import "@jupyterlab/outputarea/style/base.css";
import "@jupyterlab/rendermime/style/base.css";
import "@lumino/widgets/style/widget.css";
import "./live.css";
