# SPDX-License-Identifier: Apache-2.0
"""Whom Tektra asked, and whether that person alone is seen: as vision and the planner tell it on the wire."""

import json

from std_msgs.msg import String

from tektra.ros.asked_person import FACES, PERSONS, QUESTION, AskedPerson, FacesInView
from tektra.ros.qos import LATCHED, RELIABLE
from tektra.speech_in.short_answers import ShortAnswers
from tektra_interfaces.msg import IdsList
from tests.nodes.conftest import Spinner


def test_a_person_is_alone_in_view_while_vision_says_so(ros: None, spinner: "Spinner") -> None:
    import rclpy

    ear, eye = rclpy.create_node("ear"), rclpy.create_node("eye")
    spinner.add(ear, eye)
    faces, persons = (eye.create_publisher(IdsList, topic, LATCHED) for topic in (FACES, PERSONS))
    face = eye.create_publisher(String, "/humans/persons/p1/face_id", LATCHED)
    question = eye.create_publisher(String, QUESTION, RELIABLE)
    view = FacesInView(ear)
    answers = ShortAnswers(view)
    asked = AskedPerson(ear, view, answers)
    answers.recognised("p1", "Ann", 0.0)
    faces.publish(IdsList(ids=["f1"]))
    persons.publish(IdsList(ids=["p1"]))
    face.publish(String(data="f1"))
    spinner.until(lambda: question.get_subscription_count() == 1)
    question.publish(String(data="{not JSON"))
    question.publish(String(data=json.dumps({"person": ["Ann"]})))
    assert not view.alone("p1")
    question.publish(String(data=json.dumps({"person": "Ann", "options": ["Yes", "No"]})))
    spinner.until(lambda: view.alone("p1"))
    assert not view.alone("p2") and not view.alone("")
    faces.publish(IdsList(ids=["f1", "f2"]))
    spinner.until(lambda: not view.alone("p1"))
    faces.publish(IdsList(ids=["f1"]))
    spinner.until(lambda: view.alone("p1"))
    persons.publish(IdsList(ids=[]))
    spinner.until(lambda: not view.alone("p1"), what="the face is not recognised any more")
    persons.publish(IdsList(ids=["p1"]))
    spinner.until(lambda: view.alone("p1"))
    spinner.remove(eye)
    spinner.until(lambda: not view.alone("p1"), what="no vision runs any more")
    asked.close()
