"""Which model decides: servers, models in this process, scripted ones, and the protocols they are spoken to in."""

from glm_backends.embedded import EmbeddedProtocol
from glm_backends.errors import ModelError, ModelFailed, ModelRefused, ModelUnreachable
from glm_backends.local import Local
from glm_backends.mobile import MobileProtocol
from glm_backends.model import Capabilities, Form, Message, Model, Options, Picture, Reply, Usage
from glm_backends.native import NativeProtocol
from glm_backends.protocol import JsonProtocol, Protocol, Turn
from glm_backends.scripted import Scripted, ScriptEnded
from glm_backends.server import Server

__all__ = [
    "Capabilities",
    "EmbeddedProtocol",
    "Form",
    "JsonProtocol",
    "Local",
    "Message",
    "MobileProtocol",
    "Model",
    "ModelError",
    "ModelFailed",
    "ModelRefused",
    "ModelUnreachable",
    "NativeProtocol",
    "Options",
    "Picture",
    "Protocol",
    "Reply",
    "ScriptEnded",
    "Scripted",
    "Server",
    "Turn",
    "Usage",
]
